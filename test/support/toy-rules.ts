/** Small rule sets for engine tests, written as rule files and compiled like the real ones. */
import { stringify } from "yaml";
import type { CompiledRules } from "../../src/model/rule.ts";
import type { RuleSource } from "../../src/rules/rule-file.ts";
import { compileAll } from "./rule-files.ts";

/** What a test says about a rule; the rest does not matter to the engine. */
export type ToyRule = Partial<RuleSource> & Pick<RuleSource, "id" | "pattern">;

/** Compiles rules of one provider called `toy`; an id must begin with `toy-`. */
export function compileToyRules(rules: readonly ToyRule[]): CompiledRules {
  return compileAll([{ name: "toy.yml", text: toyFile(rules) }]);
}

/** The text of a rule file with these rules. */
export function toyFile(rules: readonly ToyRule[]): string {
  return stringify({
    provider: "Toy",
    docs: "https://toy.example/docs",
    rotate: {
      page: "https://toy.example/keys",
      steps: ["Create.", "Switch over.", "Verify.", "Delete."],
      proof: "It answers 401.",
      scope: "Read-only.",
    },
    rules: rules.map((rule) => ({
      name: rule.id,
      lane: "provider",
      severity: "high",
      examples: ["one", "two"],
      non_examples: ["three"],
      ...rule,
    })),
  });
}
