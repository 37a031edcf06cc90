/** Applies what is in force to the keys of a head: which are silenced, and what is said of it. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Fingerprint, RuleId } from "../model/ids.ts";
import type { Verdict } from "../model/incident.ts";
import type { AllowedKey, EffectivePolicy, PolicyReport } from "../model/policy.ts";
import type { Lane } from "../model/rule.ts";
import { type AllowSubject, compileAllows, listExpiredAllows } from "../triage/allow.ts";

/** A key with what is known of it; `KeyDetails` of read-keys.ts is one. */
export interface PolicySubject {
  readonly incident: {
    readonly id: number;
    readonly fingerprint: string;
    readonly rule_id: string;
    readonly lane: Lane;
    readonly verdict: Verdict;
  };
  readonly key: {
    readonly keyId: string;
    readonly masked: string;
    readonly ruleName: string;
    readonly isOpen: boolean;
  };
  readonly occurrences: readonly { readonly path: string | null }[];
}

export interface PolicyOutcome {
  /** Ids of the incidents that neither gate nor want an issue. */
  readonly silenced: ReadonlySet<number>;
  readonly report: PolicyReport;
}

export interface PolicyContext {
  readonly policy: EffectivePolicy;
  readonly now: Date;
  /** As GitHub says at this moment. */
  readonly isPrivate: boolean;
  /** How many occurrences of a key were read at most: one with that many may have more. */
  readonly occurrencesMax: number;
}

/** Keys that people settled, or that are dead, need no entry and use none. */
export async function applyPolicy(
  context: PolicyContext,
  subjects: readonly PolicySubject[],
): Promise<PolicyOutcome> {
  const today = context.now.toISOString().slice(0, 10);
  const decide = compileAllows(context.policy, today);
  const silenced = new Set<number>();
  const allowed: AllowedKey[] = [];
  let excludedCount = 0;
  for (const subject of subjects.filter(({ key }) => key.isOpen)) {
    const allowance = decide(toAllowSubject(subject, context.occurrencesMax));
    if (allowance.kind !== "reported") silenced.add(subject.incident.id);
    if (allowance.kind === "excluded") excludedCount += 1;
    if (allowance.kind === "allowed") {
      const { keyId, masked, ruleName } = subject.key;
      allowed.push({ keyId, masked, ruleName, entry: allowance.entry });
    }
    // Thousands of keys against a thousand patterns must not hold up the door's answers.
    await nextTurn();
  }
  const { origins, warnings } = context.policy;
  const expired = listExpiredAllows(context.policy, today);
  const { isPrivate } = context;
  return {
    silenced,
    report: { origins, warnings, allowed, excludedCount, expired, isPrivate },
  };
}

function toAllowSubject(
  { incident, occurrences }: PolicySubject,
  occurrencesMax: number,
): AllowSubject {
  const paths = occurrences.map(({ path }) => path).filter((path) => path !== null);
  return {
    fingerprint: incident.fingerprint as Fingerprint,
    rule: incident.rule_id as RuleId,
    lane: incident.lane,
    verdict: incident.verdict,
    paths: [...new Set(paths)],
    // A commit message or a comment has no path, so that no pattern can mean it.
    hasAllPaths: paths.length === occurrences.length && occurrences.length < occurrencesMax,
  };
}
