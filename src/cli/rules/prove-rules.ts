/** Holds rules to their own examples: each is found as its rule, and none of the misses is. */
import { createReferenceProposer } from "../../detect/propose.ts";
import { createScanner } from "../../detect/scan.ts";
import { seededRandom } from "../../lib/seeded-random.ts";
import type { CompiledRules } from "../../model/rule.ts";
import { expand } from "../../rules/expand.ts";
import type { RuleSource } from "../../rules/rule-file.ts";

/** Placeholders become different keys by each. */
const SEEDS = ["first", "second", "third"];

/** Ids of the rules that find something in a template once its placeholders are keys. */
export type Finder = (template: string) => readonly ReadonlySet<string>[];

/** By the reference search: for a few rules and texts the kernel takes longer to make than to run. */
export function createFinder(rules: CompiledRules): Finder {
  const scanner = createScanner(rules, createReferenceProposer);
  return (template) =>
    SEEDS.map((seed) => {
      const text = expand(template, seededRandom(seed));
      const { findings } = scanner.scan(new TextEncoder().encode(text));
      return new Set(findings.map(({ rule }) => rule));
    });
}

/** Sentences on what does not hold; none when all is well. Templates are shown, never keys. */
export function proveRules(find: Finder, sources: readonly RuleSource[]): readonly string[] {
  return sources.flatMap(({ id, examples, non_examples }) => [
    ...examples
      .filter((example) => !isFound(find, id, example))
      .map((example) => `${id} does not find its example: ${example}`),
    ...non_examples
      .filter((miss) => !isMissed(find, id, miss))
      .map((miss) => `${id} finds its non-example: ${miss}`),
  ]);
}

/** With every seed. */
export function isFound(find: Finder, id: string, template: string): boolean {
  return find(template).every((ids) => ids.has(id));
}

/** With every seed. */
export function isMissed(find: Finder, id: string, template: string): boolean {
  return find(template).every((ids) => !ids.has(id));
}
