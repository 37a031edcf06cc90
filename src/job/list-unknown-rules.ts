/** Finds the entries of a configuration that name a rule which is not there. */
import { findNearest } from "../lib/nearest.ts";
import type { EffectivePolicy, PolicyWarning } from "../model/policy.ts";
import type { CompiledRules } from "../model/rule.ts";

/** Rules come and go with versions of this service, so that a file does not break by their names. */
export function listUnknownRules(
  policy: EffectivePolicy,
  { rules }: CompiledRules,
): readonly PolicyWarning[] {
  const ids = rules.map((rule) => rule.id);
  const known = new Set(ids);
  return policy.allow.flatMap(({ rule, source, place }) => {
    if (rule === undefined || known.has(rule)) return [];
    const nearest = findNearest(rule, ids);
    const advice = nearest === undefined ? "remove this entry" : `did you mean "${nearest}"?`;
    return [{ ...place, source, message: `there is no rule of this id: ${advice}` }];
  });
}
