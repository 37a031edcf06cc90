/** The rule files of the repository, read the way the build reads them. */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { CompiledRules } from "../../src/model/rule.ts";
import { compileRules } from "../../src/rules/compile.ts";
import type { RuleFile } from "../../src/rules/rule-file.ts";

const RULES = join(import.meta.dirname, "..", "..", "rules");

export function listRuleFiles(): RuleFile[] {
  return globSync("*.yml", { cwd: RULES })
    .toSorted()
    .map((path) => ({ name: basename(path), text: readFileSync(join(RULES, path), "utf8") }));
}

/** Compiles rule files that must have no problems; throws with all of them otherwise. */
export function compileAll(files: readonly RuleFile[]): CompiledRules {
  const { rules, problems } = compileRules(files, "0".repeat(64));
  if (rules !== undefined) return rules;
  const list = problems.map((at) => `${at.file}:${at.line}:${at.column}: ${at.message}`);
  throw new Error(`the rules have problems:\n${list.join("\n")}`);
}
