/** The actions of `rekeeper rules`. */
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { findNearest } from "../../lib/nearest.ts";
import { parseProviderFile } from "../../rules/schema.ts";
import { colorsOfOutput } from "../colors.ts";
import { formatCount } from "../scan/format.ts";
import { compileFiles, loadRules } from "../scan/load-rules.ts";
import { UsageError } from "../usage-error.ts";
import { importRules, type RuleNote } from "./import-rules.ts";
import { createFinder, proveRules } from "./prove-rules.ts";
import { renderRule, renderRulesJson, renderRuleTable } from "./render-rules.ts";

const EXIT_FAILED = 1;

export async function listRules(format: "table" | "json"): Promise<void> {
  const rules = await loadRules([]);
  process.stdout.write(
    format === "json" ? renderRulesJson(rules) : renderRuleTable(rules, colorsOfOutput()),
  );
}

/** @throws UsageError when no rule has this id. */
export async function showRule(id: string): Promise<void> {
  const rules = await loadRules([]);
  const rule = rules.rules.find((candidate) => candidate.id === id);
  if (rule === undefined) {
    const nearest = findNearest(
      id,
      rules.rules.map((candidate) => candidate.id),
    );
    const advice =
      nearest === undefined ? "`rekeeper rules list` has them all." : `did you mean ${nearest}?`;
    throw new UsageError(`There is no rule ${id}: ${advice}`);
  }
  process.stdout.write(renderRule(rules, rule, colorsOfOutput()));
}

/** Exit code 1 when an example does not hold. @throws UsageError when the file cannot be compiled. */
export async function checkRules(path: string): Promise<void> {
  const rules = await compileFiles([path]);
  const { provider } = parseProviderFile({ name: basename(path), text: readText(path) });
  const problems = proveRules(createFinder(rules), provider?.rules ?? []);
  if (problems.length === 0) {
    process.stdout.write(
      `${path}: ${formatCount(rules.rules.length, "rule")}, all examples hold.\n`,
    );
    return;
  }
  process.stdout.write(`${problems.join("\n")}\n`);
  process.exitCode = EXIT_FAILED;
}

export interface ImportOptions {
  readonly provider: string;
  readonly output?: string;
}

/** The rule file goes to standard output or the given file, what was left out to standard error. */
export async function importFile(path: string, options: ImportOptions): Promise<void> {
  const { yaml, importedCount, refused, notes } = importRules(readText(path), options.provider);
  tell(notes, "changed");
  tell(refused, "left out");
  process.stderr.write(
    `${formatCount(importedCount, "rule")} imported, ${refused.length} left out.\n`,
  );
  if (yaml === undefined) {
    process.exitCode = EXIT_FAILED;
  } else if (options.output === undefined) {
    process.stdout.write(yaml);
  } else {
    writeFileSync(options.output, yaml);
  }
}

function tell(notes: readonly RuleNote[], what: string): void {
  for (const { id, text } of notes) process.stderr.write(`${what}: ${id}: ${text}\n`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new UsageError(`${path} cannot be read: check the path and its permissions.`);
  }
}
