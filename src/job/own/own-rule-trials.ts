/** Tries the own rules of configurations, each version of a rule once. */
import { createLruMap } from "../../lib/lru-map.ts";
import { sha256Hex } from "../../lib/sha256.ts";
import type { OwnRule, OwnRuleSet, OwnRuleSource } from "../../model/own-rule.ts";
import { NO_OWN_RULES } from "../../model/own-rule.ts";
import type { EffectiveOwnRule, PolicyWarning } from "../../model/policy.ts";
import type { TriedOwnRule } from "./try-own-rule.ts";

export interface OwnRuleTrials {
  try(sources: readonly EffectiveOwnRule[]): Promise<TriedOwnRules>;
}

export interface TriedOwnRules {
  readonly inForce: OwnRuleSet;
  /** On those that were refused. */
  readonly warnings: readonly PolicyWarning[];
}

const KNOWN_MAX = 5_000;

/** @param tryRule as src/job/own/try-own-rule.ts does it, in a thread where others wait. */
export function createOwnRuleTrials(
  tryRule: (source: OwnRuleSource) => Promise<TriedOwnRule>,
): OwnRuleTrials {
  const known = createLruMap<string, TriedOwnRule>(KNOWN_MAX);
  const tryOnce = async (source: EffectiveOwnRule): Promise<TriedOwnRule> => {
    const { place: _place, source: _source, ...decisive } = source;
    const key = sha256Hex(JSON.stringify(decisive));
    const tried = known.find(key) ?? (await tryRule(source));
    known.set(key, tried);
    return tried;
  };
  return {
    async try(sources) {
      const rules: OwnRule[] = [];
      const warnings: PolicyWarning[] = [];
      for (const source of sources) {
        const { rule, refusal } = await tryOnce(source);
        if (rule !== undefined) rules.push(rule);
        else warnings.push(warningOf(source, refusal));
      }
      return { inForce: toSet(rules), warnings };
    },
  };
}

function warningOf({ id, place, source }: EffectiveOwnRule, refusal: string): PolicyWarning {
  return { ...place, source, message: `${id} does not count: ${refusal}` };
}

/** Names are left out of the hash: another one finds nothing else. */
function toSet(rules: readonly OwnRule[]): OwnRuleSet {
  if (rules.length === 0) return NO_OWN_RULES;
  const decisive = rules.map(({ rule: { name: _name, ...rule }, literals }) => [rule, literals]);
  return { hash: sha256Hex(JSON.stringify(decisive)), rules };
}
