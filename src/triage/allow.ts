/** Decides whether the configuration silences a key, and says why where it does not. */
import type { Fingerprint, RuleId } from "../model/ids.ts";
import type { Verdict } from "../model/incident.ts";
import type { AllowRefusal, EffectiveAllow, EffectivePolicy, Silence } from "../model/policy.ts";
import type { Lane } from "../model/rule.ts";
import { compileGlobs } from "./path-globs.ts";

/** A key as far as this decision needs it. */
export interface AllowSubject {
  readonly fingerprint: Fingerprint;
  readonly rule: RuleId;
  readonly lane: Lane;
  readonly verdict: Verdict;
  /** Paths of the places that are known. */
  readonly paths: readonly string[];
  /** False where there are, or may be, more places than `paths` names. */
  readonly hasAllPaths: boolean;
}

export type Allowance =
  | Silence
  | {
      readonly kind: "reported";
      /** Entries that name the key, in the order of the files, with what keeps each from counting. */
      readonly refusals: readonly { readonly entry: EffectiveAllow; readonly why: AllowRefusal }[];
    };

/**
 * Compiles a policy into one decision per key.
 *
 * A key that its provider accepts is never silenced. A key of a known provider is silenced by the
 * organisation's entries, and by a repository's only where the organisation permits that; excluded
 * paths silence it only with a permission, whoever wrote them. Paths count for the key as a whole:
 * one place outside of them, or one that is not known, and it is reported.
 *
 * @param today `YYYY-MM-DD` in UTC; the day of an entry's `until` still counts.
 */
export function compileAllows(
  policy: EffectivePolicy,
  today: string,
): (subject: AllowSubject) => Allowance {
  const entries = policy.allow.map((entry) => ({ entry, isAt: compileGlobs(entry.paths) }));
  const isExcluded = compileGlobs(policy.exclude.map(({ value }) => value));
  const excludes = policy.exclude.map((pattern) => ({
    pattern,
    isAt: compileGlobs([pattern.value]),
  }));
  return (subject) => {
    const refusals: { entry: EffectiveAllow; why: AllowRefusal }[] = [];
    for (const { entry, isAt } of entries) {
      if (!namesKey(entry, subject)) continue;
      const why = findRefusal({ entry, isAt }, subject, policy, today);
      if (why === undefined) return { kind: "allowed", entry };
      refusals.push({ entry, why });
    }
    if (mayExclude(subject, policy) && isEverywhere(subject, isExcluded)) {
      const first = subject.paths[0] ?? "";
      const pattern = excludes.find(({ isAt }) => isAt(first))?.pattern;
      if (pattern !== undefined) return { kind: "excluded", pattern };
    }
    return { kind: "reported", refusals };
  };
}

/** Entries whose last day is over. */
export function listExpiredAllows(
  policy: EffectivePolicy,
  today: string,
): readonly EffectiveAllow[] {
  return policy.allow.filter((entry) => isExpired(entry, today));
}

/** Entries that name none of the keys, which must be all that are known where the file counts. */
export function listUnusedAllows(
  policy: EffectivePolicy,
  subjects: readonly AllowSubject[],
): readonly EffectiveAllow[] {
  return policy.allow.filter((entry) => {
    const isAt = compileGlobs(entry.paths);
    return !subjects.some(
      (subject) =>
        namesKey(entry, subject) && (entry.paths.length === 0 || subject.paths.some(isAt)),
    );
  });
}

function namesKey(entry: EffectiveAllow, subject: AllowSubject): boolean {
  if (entry.key !== undefined) return subject.fingerprint.startsWith(entry.key);
  return entry.rule === subject.rule;
}

function findRefusal(
  { entry, isAt }: { readonly entry: EffectiveAllow; readonly isAt: (path: string) => boolean },
  subject: AllowSubject,
  policy: EffectivePolicy,
  today: string,
): AllowRefusal | undefined {
  if (isExpired(entry, today)) return "expired";
  if (subject.verdict === "active") return "active";
  if (
    subject.lane === "provider" &&
    entry.source === "repository" &&
    !policy.permit.includes("allow-provider")
  ) {
    return "provider-lane";
  }
  if (entry.paths.length > 0 && !isEverywhere(subject, isAt)) return "other-paths";
  return undefined;
}

function isExpired(entry: EffectiveAllow, today: string): boolean {
  return entry.until !== undefined && entry.until < today;
}

function mayExclude(subject: AllowSubject, policy: EffectivePolicy): boolean {
  if (subject.verdict === "active") return false;
  return subject.lane === "generic" || policy.permit.includes("exclude-provider");
}

function isEverywhere(subject: AllowSubject, isAt: (path: string) => boolean): boolean {
  return subject.hasAllPaths && subject.paths.length > 0 && subject.paths.every(isAt);
}
