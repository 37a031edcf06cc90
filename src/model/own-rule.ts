/** Rules that an organisation or a repository adds: as they are written, and ready to run. */
import type { RuleId } from "./ids.ts";
import type { PolicyPlace } from "./policy.ts";
import type { CompiledRule, Lane, Severity } from "./rule.ts";

/** A rule as a configuration file has it; its pattern was not tried yet. */
export interface OwnRuleSource {
  /** Begins with `own-`, as no rule does that comes with the program. */
  readonly id: RuleId;
  readonly name: string;
  readonly lane: Lane;
  readonly severity: Severity;
  /** In RE2's syntax; group `key`, else group 1, else all of the match is the key. */
  readonly pattern: string;
  readonly ignoreCase: boolean;
  /** Texts of which one stands near each match, in any case; empty: derived from the pattern. */
  readonly keywords: readonly string[];
  /** Bits per character of the key; 0 takes all. */
  readonly entropyMin: number;
  /** Texts with placeholders of rules/expand.ts that the rule must find. */
  readonly examples: readonly string[];
  readonly nonExamples: readonly string[];
  readonly place: PolicyPlace;
}

/** A rule that was tried and is ready to run. It can be posted to a scanning thread. */
export interface OwnRule {
  /** Its pattern is one of RE2, which only rules/own/re2.ts runs. */
  readonly rule: CompiledRule;
  /** In lower case, Latin-1; the pattern is tried near these only. */
  readonly literals: readonly string[];
}

/** The own rules that are in force somewhere. */
export interface OwnRuleSet {
  /** SHA-256 over what decides their findings, 64 hex digits; empty where there are none. */
  readonly hash: string;
  readonly rules: readonly OwnRule[];
}

export const NO_OWN_RULES: OwnRuleSet = { hash: "", rules: [] };

/** How the id of each own rule begins, and of no rule that comes with the program. */
export const OWN_RULE_PREFIX = "own-";

export function isOwnRuleId(id: string): boolean {
  return id.startsWith(OWN_RULE_PREFIX);
}
