/** The actions of `rekeeper rules`. */
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { parsePolicyFile } from "../../config/policy/parse.ts";
import { tryOwnRule } from "../../job/own/try-own-rule.ts";
import { findNearest } from "../../lib/nearest.ts";
import type { PolicyProblem } from "../../model/policy.ts";
import { parseProviderFile } from "../../rules/schema.ts";
import { colorsOfOutput } from "../colors.ts";
import { formatCount } from "../scan/format.ts";
import { compileFiles, loadRules } from "../scan/load-rules.ts";
import { UsageError } from "../usage-error.ts";
import type { RuleNote } from "./foreign-rules.ts";
import { importOwnRules } from "./import-own-rules.ts";
import { importRules } from "./import-rules.ts";
import { createFinder, proveRules } from "./prove-rules.ts";
import { renderRule, renderRulesJson, renderRuleTable } from "./render-rules.ts";

const EXIT_FAILED = 1;
const CONFIG_NAME = "rekeeper.yml";

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
  if (basename(path) === CONFIG_NAME) return checkConfig(path);
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

/**
 * Own rules as the service tries them: exit code 1 when one is refused.
 *
 * @throws UsageError when the file as a whole does not count.
 */
function checkConfig(path: string): void {
  const source = basename(dirname(resolve(path))) === ".github" ? "repository" : "organisation";
  const { policy, problems } = parsePolicyFile(readText(path), source);
  const lineOf = ({ line, column, message }: PolicyProblem) =>
    `${path}:${line}:${column}: ${message}`;
  if (policy === undefined) {
    throw new UsageError(`This configuration cannot be used:\n${problems.map(lineOf).join("\n")}`);
  }
  const refused = policy.ownRules.flatMap((rule) => {
    const { refusal } = tryOwnRule(rule);
    return refusal === undefined ? [] : [{ ...rule.place, message: `${rule.id}: ${refusal}` }];
  });
  if (refused.length === 0) {
    const count = formatCount(policy.ownRules.length, "own rule");
    process.stdout.write(`${path}: ${count}, all in force.\n`);
    return;
  }
  process.stdout.write(`${refused.map(lineOf).join("\n")}\n`);
  process.exitCode = EXIT_FAILED;
}

export interface ImportOptions {
  readonly own?: true;
  readonly provider: string;
  readonly output?: string;
}

/** The rule file goes to standard output or the given file, what was left out to standard error. */
export async function importFile(path: string, options: ImportOptions): Promise<void> {
  const { yaml, importedCount, refused, notes } = options.own
    ? importOwnRules(readText(path))
    : importRules(readText(path), options.provider);
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
