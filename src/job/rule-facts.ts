/** What the later stages look up of a rule: its lane, where it counts, and its provider's guide. */
import type { RuleId } from "../model/ids.ts";
import type { CompiledRule, CompiledRules, ProviderGuide } from "../model/rule.ts";
import type { RuleFacts } from "../triage/decide.ts";
import { compileGlobs } from "../triage/path-globs.ts";

export function ruleFactsOf(rules: CompiledRules): ReadonlyMap<RuleId, RuleFacts> {
  return new Map(
    rules.rules.map((rule) => {
      const isExcluded = compileGlobs(rule.notIn);
      const facts: RuleFacts = {
        lane: rule.lane,
        severity: rule.testKey ? "low" : rule.severity,
        countsAt: (path) => !isExcluded(path),
      };
      return [rule.id, facts];
    }),
  );
}

/** @throws Error when the rule is gone, as after a downgrade of this service. */
export function getRule(
  rules: CompiledRules,
  id: string,
): { readonly rule: CompiledRule; readonly guide: ProviderGuide } {
  const rule = rules.rules.find((candidate) => candidate.id === id);
  const guide = rule && rules.providers[rule.provider];
  if (rule === undefined || guide === undefined) {
    throw new Error(`rule ${id} is not among the rules of this version`);
  }
  return { rule, guide };
}
