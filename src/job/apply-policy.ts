/** Applies what is in force to the keys of a head: which are silenced, and what is said of it. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Fingerprint, RuleId } from "../model/ids.ts";
import type { Verdict } from "../model/incident.ts";
import type {
  AllowedKey,
  EffectivePolicy,
  PolicyReport,
  RefusedAllow,
  Silence,
} from "../model/policy.ts";
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
  /** By id the incidents that neither gate nor want an issue, with what silences each. */
  readonly silenced: ReadonlyMap<number, Silence>;
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
  const silenced = new Map<number, Silence>();
  const allowed: AllowedKey[] = [];
  const refused: RefusedAllow[] = [];
  let excludedCount = 0;
  for (const subject of subjects.filter(({ key }) => key.isOpen)) {
    const allowance = decide(toAllowSubject(subject, context.occurrencesMax));
    const { keyId, masked, ruleName } = subject.key;
    const key = { keyId, masked, ruleName };
    if (allowance.kind === "reported") {
      refused.push(...allowance.refusals.map((refusal) => ({ ...key, ...refusal })));
    } else {
      silenced.set(subject.incident.id, allowance);
    }
    if (allowance.kind === "excluded") excludedCount += 1;
    if (allowance.kind === "allowed") allowed.push({ ...key, entry: allowance.entry });
    // Thousands of keys against a thousand patterns must not hold up the door's answers.
    await nextTurn();
  }
  const { origins, warnings } = context.policy;
  const expired = listExpiredAllows(context.policy, today);
  const { isPrivate } = context;
  return {
    silenced,
    report: { origins, warnings, allowed, refused, excludedCount, expired, isPrivate },
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
