/** A rule of a configuration, with what a test does not care about filled in. */
import { asRuleId } from "../../src/model/ids.ts";
import type { OwnRuleSource } from "../../src/model/own-rule.ts";

export function ownRule(
  changes: Partial<Omit<OwnRuleSource, "id">> & { id?: string },
): OwnRuleSource {
  return {
    name: "Some key",
    lane: "provider",
    severity: "high",
    pattern: "acme_(?P<key>[a-z0-9]{32})",
    ignoreCase: false,
    keywords: [],
    entropyMin: 0,
    examples: [],
    nonExamples: [],
    place: { line: 3, column: 7 },
    ...changes,
    id: asRuleId(changes.id ?? "own-acme"),
  };
}
