/**
 * Identifiers as branded types, so that a commit can never be passed where a repository is meant.
 *
 * The brand exists for the compiler only: at run time each is a plain number or string. `asX`
 * functions are the single place where a raw value becomes an id; they check its form and throw
 * a TypeError for anything else.
 */

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** GitHub's numeric id of an organisation or user account. Survives renames. */
export type AccountId = Branded<number, "AccountId">;
/** GitHub's numeric id of one installation of the App. New after each re-installation. */
export type InstallationId = Branded<number, "InstallationId">;
/** GitHub's numeric id of a repository. Survives renames and transfers. */
export type RepositoryId = Branded<number, "RepositoryId">;
/** A git object id: 40 lower-case hex digits, or 64 in a SHA-256 repository. */
export type ObjectId = Branded<string, "ObjectId">;
/** 64 lower-case hex digits: what a key is known by, see lib/fingerprint.ts. */
export type Fingerprint = Branded<string, "Fingerprint">;
/** `X-GitHub-Delivery` of one webhook; a redelivery carries the same value. */
export type DeliveryId = Branded<string, "DeliveryId">;
/** A rule's id, `<provider>-<thing>`; never renamed once released. */
export type RuleId = Branded<string, "RuleId">;

/** A full id of git, of either hash. */
export const OBJECT_ID: RegExp = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const FINGERPRINT = /^[0-9a-f]{64}$/;
const DELIVERY_ID = /^[0-9A-Za-z-]{1,64}$/;
const RULE_ID = /^[a-z0-9]+(?:-[a-z0-9]+)+$/;

export function asAccountId(value: unknown): AccountId {
  return asPositiveInteger(value, "account id") as AccountId;
}

export function asInstallationId(value: unknown): InstallationId {
  return asPositiveInteger(value, "installation id") as InstallationId;
}

export function asRepositoryId(value: unknown): RepositoryId {
  return asPositiveInteger(value, "repository id") as RepositoryId;
}

export function asObjectId(value: unknown): ObjectId {
  return asMatching(value, OBJECT_ID, "git object id") as ObjectId;
}

export function asFingerprint(value: unknown): Fingerprint {
  return asMatching(value, FINGERPRINT, "fingerprint") as Fingerprint;
}

export function asDeliveryId(value: unknown): DeliveryId {
  return asMatching(value, DELIVERY_ID, "delivery id") as DeliveryId;
}

export function asRuleId(value: unknown): RuleId {
  return asMatching(value, RULE_ID, "rule id") as RuleId;
}

/** The id of bytes that are no git object: that which git gives to nothing. */
export const NO_OBJECT: ObjectId = "0".repeat(40) as ObjectId;

/** True for the all-zero id by which GitHub and git say "no object" (a created or deleted ref). */
export function isNullObjectId(id: string): boolean {
  return /^0+$/.test(id);
}

function asPositiveInteger(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`not a valid ${what}: expected a positive integer, got ${typeof value}`);
}

function asMatching(value: unknown, form: RegExp, what: string): string {
  if (typeof value === "string" && form.test(value)) return value;
  throw new TypeError(`not a valid ${what}: expected ${form.source}`);
}
