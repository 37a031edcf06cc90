/** The rules that a scan uses: those that come with the program, and the user's own. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { CompiledRules } from "../../model/rule.ts";
import { parseCompiledRules } from "../../rules/load.ts";
import { UsageError } from "../usage-error.ts";

const FILE = join(import.meta.dirname, "..", "..", "..", "build", "rules.json");

/**
 * @param files rule files of the user, in the form of `rules/*.yml`.
 * @throws UsageError with every problem of those files.
 */
export async function loadRules(files: readonly string[]): Promise<CompiledRules> {
  const builtIn = parseCompiledRules(readFileSync(FILE, "utf8"));
  if (files.length === 0) return builtIn;
  return joinRules(builtIn, await compileFiles(files));
}

/** Compiles rule files of the user. @throws UsageError with every problem of the files. */
export async function compileFiles(files: readonly string[]): Promise<CompiledRules> {
  // Imported only here: loading the parsers takes longer than most scans.
  const { compileRules } = await import("../../rules/compile.ts");
  const { rules, problems } = compileRules(
    files.map((path) => ({ name: basename(path), text: readRuleFile(path) })),
    "0".repeat(64),
  );
  if (rules !== undefined) return rules;
  const lines = problems.map(
    ({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`,
  );
  throw new UsageError(`These rules cannot be used:\n${lines.join("\n")}`);
}

function readRuleFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new UsageError(`${path} cannot be read: check the path and its permissions.`);
  }
}

function joinRules(builtIn: CompiledRules, own: CompiledRules): CompiledRules {
  const known = new Set<string>(builtIn.rules.map(({ id }) => id));
  const twice = own.rules.find(({ id }) => known.has(id));
  if (twice !== undefined) {
    throw new UsageError(
      `${twice.id} is the id of a rule that comes with Rekeeper: choose another.`,
    );
  }
  const moved = own.rules.map((rule) => ({
    ...rule,
    provider: rule.provider + builtIn.providers.length,
  }));
  return {
    hash: builtIn.hash,
    providers: [...builtIn.providers, ...own.providers],
    rules: [...builtIn.rules, ...moved],
  };
}
