/** Proves every rule file by its own examples: adding a provider needs no other test. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, Script } from "node:vm";
import { describe, expect, it } from "vitest";
import { createPairer } from "../src/detect/companion.ts";
import { createMatcher } from "../src/detect/match.ts";
import { createScanner, type Scanner } from "../src/detect/scan.ts";
import { seededRandom } from "../src/lib/seeded-random.ts";
import type { CompiledRule, CompiledRules } from "../src/model/rule.ts";
import { expand } from "../src/rules/expand.ts";
import { parseCompiledRules } from "../src/rules/load.ts";
import type { RuleSource } from "../src/rules/rule-file.ts";
import { parseProviderFile } from "../src/rules/schema.ts";
import { listHostileTexts } from "./support/hostile-text.ts";
import { compileAll, listRuleFiles } from "./support/rule-files.ts";

const SEEDS = ["first", "second", "third", "fourth", "fifth"];
/** A pattern that takes longer than this on one window could be used to hold up the engine. */
const WINDOW_MS_MAX = 1;
/** The search for a companion starts at every byte within reach instead of one. */
const PAIR_MS_MAX = 5;

const files = listRuleFiles();
const compiled = compileAll(files);
const scanner = createScanner(compiled);

it("builds build/rules.json from exactly these files", () => {
  const json = readFileSync(join(import.meta.dirname, "..", "build", "rules.json"), "utf8");
  const built = parseCompiledRules(json);
  expect({ ...built, hash: "" }, "run `node scripts/build-rules.ts`").toEqual({
    ...compiled,
    hash: "",
  });
});

describe.each(files)("rules/$name", (file) => {
  const { provider } = parseProviderFile(file);
  const ids = provider?.rules.map((rule) => rule.id) ?? [];

  it.each(provider?.rules ?? [])("$id finds its examples and nothing else", (rule) => {
    const failures = SEEDS.flatMap((seed) => [
      ...rule.examples.flatMap((example) => checkExample(rule, example, seed)),
      ...rule.non_examples.flatMap((miss) => checkNonExample(ids, miss, seed)),
    ]);
    expect(failures).toEqual([]);
  });

  it.each(provider?.rules ?? [])("$id decides hostile windows in bounded time", (rule) => {
    expect(listSlowTexts(getRule(compiled, rule.id))).toEqual([]);
  });
});

function checkExample(rule: RuleSource, example: string, seed: string): string[] {
  const text = expand(example, seededRandom(`${rule.id} ${seed}`));
  const found = findRules(scanner, text);
  const hasLiteral = getRule(compiled, rule.id).prefilters.some(({ literal, ignoreCase }) =>
    ignoreCase ? text.toLowerCase().includes(literal) : text.includes(literal),
  );
  return [
    ...(hasLiteral ? [] : [`seed ${seed}: no derived literal in: ${example}`]),
    ...(found.includes(rule.id) ? [] : [`seed ${seed}: not found: ${example}`]),
    ...found.filter((id) => id !== rule.id).map((id) => `seed ${seed}: also ${id}: ${example}`),
  ];
}

function checkNonExample(ids: readonly string[], miss: string, seed: string): string[] {
  return findRules(scanner, expand(miss, seededRandom(`${ids[0]} ${seed}`)))
    .filter((id) => ids.includes(id) || getRule(compiled, id).lane === "provider")
    .map((id) => `seed ${seed}: ${id} finds: ${miss}`);
}

function findRules(engine: Scanner, text: string): string[] {
  const { findings } = engine.scan(new TextEncoder().encode(text));
  return [...new Set(findings.map((finding) => finding.rule))];
}

function getRule(rules: CompiledRules, id: string): CompiledRule {
  const rule = rules.rules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
}

/** Runs the expressions where the engine would. */
function listSlowTexts(rule: CompiledRule): string[] {
  const match = createMatcher(rule);
  const pair = createPairer(rule);
  return listHostileTexts(rule)
    .filter(({ bytes, start }) => {
      const range = { start, end: start + 1 };
      const candidate = { rule, match: range, key: { ...range, text: "" } };
      return (
        isSlow(() => match(bytes, [start, start]), WINDOW_MS_MAX) ||
        isSlow(() => pair(bytes, [candidate]), PAIR_MS_MAX)
      );
    })
    .map(({ name }) => name);
}

/** What seemed slow is run again: other work on the machine may have been the reason. */
function isSlow(run: () => unknown, limitMs: number): boolean {
  return [1, 2, 3].every(() => {
    const before = process.cpuUsage();
    const isDone = runAtMost(run, HANG_MS);
    return !isDone || process.cpuUsage(before).user / 1_000 > limitMs;
  });
}

/** Only a script with a timeout can be stopped in the middle of a regular expression. */
function runAtMost(run: () => unknown, timeout: number): boolean {
  try {
    CONTEXT["run"] = run;
    CALL.runInContext(CONTEXT, { timeout });
    return true;
  } catch {
    return false;
  }
}

const CALL = new Script("run()");
const CONTEXT = createContext({});
const HANG_MS = 200;
