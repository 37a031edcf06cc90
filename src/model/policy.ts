/** What a repository and its organisation configured, and what of it is in force. */
import type { RuleId } from "./ids.ts";
import type { OwnRuleSource } from "./own-rule.ts";

/** Whose file a setting stands in: the organisation's base, or the repository's own. */
export type PolicySource = "organisation" | "repository";

/** Settings by their path in the file; see config/policy/settings.ts for who may set which. */
export type PolicyKey =
  | "lock"
  | "permit"
  | "rules.own"
  | "paths.exclude"
  | "allow"
  | "issues.repository"
  | "issues.labels"
  | "issues.assignees"
  | "issues.fallback";

/** What only the organisation can grant: that a repository's file silences known kinds of keys. */
export type PolicyPermission = "allow-provider" | "exclude-provider";

/** A place in a configuration file; both count from 1. */
export interface PolicyPlace {
  readonly line: number;
  readonly column: number;
}

/** Something to mend in a configuration file. The message never repeats a value of the file. */
export interface PolicyProblem extends PolicyPlace {
  readonly message: string;
}

/** A problem together with the file it is in. */
export interface PolicyWarning extends PolicyProblem {
  readonly source: PolicySource;
}

/** Names a key, or a rule, that is not to be reported. Exactly one of `key` and `rule` is there. */
export interface AllowEntry {
  /** The first 10 to 16 digits of a fingerprint, or all 64. */
  readonly key?: string;
  readonly rule?: RuleId;
  /** Globs; the entry counts when every known place of the key is under one. Empty: anywhere. */
  readonly paths: readonly string[];
  readonly reason: string;
  /** The last day on which the entry counts, `YYYY-MM-DD`, in UTC. */
  readonly until?: string;
  readonly place: PolicyPlace;
}

export interface IssueSettings {
  /** `owner/name`. */
  readonly repository?: string;
  readonly labels?: readonly string[];
  /** Logins. */
  readonly assignees?: readonly string[];
  /** A login, or a team as `owner/team`. */
  readonly fallback?: string;
}

/** One configuration file, checked. */
export interface Policy {
  readonly source: PolicySource;
  /** Settings, or topics of settings, that repositories must leave alone. */
  readonly lock: readonly string[];
  readonly permit: readonly PolicyPermission[];
  readonly ownRules: readonly OwnRuleSource[];
  readonly exclude: readonly string[];
  readonly allow: readonly AllowEntry[];
  readonly issues: IssueSettings;
  /** Where each setting of the file stands. */
  readonly places: Readonly<Partial<Record<PolicyKey, PolicyPlace>>>;
}

/** A value with the file it came from. */
export interface Sourced<Value> {
  readonly value: Value;
  readonly source: PolicySource;
}

export interface EffectiveAllow extends AllowEntry {
  readonly source: PolicySource;
}

export interface EffectiveOwnRule extends OwnRuleSource {
  readonly source: PolicySource;
}

/** Where a setting that is in force was written. */
export interface SettingOrigin extends PolicyPlace {
  readonly key: PolicyKey;
  readonly source: PolicySource;
}

/** What is in force for one repository. */
export interface EffectivePolicy {
  readonly permit: readonly PolicyPermission[];
  /** Not yet tried: job/own/vet-own-rules.ts says which of them are in force. */
  readonly ownRules: readonly EffectiveOwnRule[];
  readonly exclude: readonly Sourced<string>[];
  readonly allow: readonly EffectiveAllow[];
  readonly issues: {
    readonly repository?: Sourced<string>;
    readonly labels: readonly Sourced<string>[];
    readonly assignees: readonly Sourced<string>[];
    readonly fallback?: Sourced<string>;
  };
  readonly origins: readonly SettingOrigin[];
  readonly warnings: readonly PolicyWarning[];
}

/** An allowed key as the check run lists it. */
export interface AllowedKey {
  readonly keyId: string;
  readonly masked: string;
  readonly ruleName: string;
  readonly entry: EffectiveAllow;
}

/** Why an entry that names a key does not silence it. */
export type AllowRefusal = "expired" | "active" | "provider-lane" | "other-paths";

/** A key that is reported although an entry names it. */
export interface RefusedAllow extends AllowedKey {
  readonly why: AllowRefusal;
}

/** What keeps a key from being reported: an entry that allows it, or an excluded path. */
export type Silence =
  | { readonly kind: "allowed"; readonly entry: EffectiveAllow }
  | { readonly kind: "excluded"; readonly pattern: Sourced<string> };

/** All that a check run says about the configuration, as plain values. */
export interface PolicyReport {
  readonly origins: readonly SettingOrigin[];
  readonly warnings: readonly PolicyWarning[];
  readonly allowed: readonly AllowedKey[];
  readonly refused: readonly RefusedAllow[];
  readonly excludedCount: number;
  readonly expired: readonly EffectiveAllow[];
  /** False in a public repository: then nothing points at a key that may be alive. */
  readonly isPrivate: boolean;
}
