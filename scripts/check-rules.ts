/**
 * Asks recheck of each rule's pattern whether a hostile text can make it slow: `npm run check:rules`.
 *
 *     node scripts/check-rules.ts [--all]
 *
 * Results are kept under build/ by the pattern's hash, so that a run after a change takes seconds;
 * `--all` asks again. Exits with 1 when a pattern can take exponential time. Windows are bounded, so a
 * polynomial one is slow only if test/rules.test.ts measures it to be, and is listed here alone.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileAll, listRuleFiles } from "../test/support/rule-files.ts";
import { type Complexity, judgePattern } from "./judge-pattern.ts";

const FOLDER = join(import.meta.dirname, "..", "build");
const MEMORY = join(FOLDER, "checked-patterns.json");

/** Most patterns are decided in less; an answer that took too long is not remembered. */
const TIMEOUT_MS = 10_000;

const known = process.argv.includes("--all") ? new Map<string, Complexity>() : readMemory();
const judged = new Map(known);
const counts = new Map<Complexity, number>();
mkdirSync(FOLDER, { recursive: true });

for (const { id, pattern, flags, parts } of compileAll(listRuleFiles()).rules) {
  for (const source of [{ pattern, flags }, ...parts]) {
    const key = createHash("sha256").update(`${source.flags} ${source.pattern}`).digest("hex");
    const complexity = known.get(key) ?? judgePattern(source.pattern, source.flags, TIMEOUT_MS);
    if (complexity !== "unknown") judged.set(key, complexity);
    // At once, so that a run that was interrupted goes on where it was.
    writeFileSync(MEMORY, `${JSON.stringify(Object.fromEntries(judged))}\n`);
    counts.set(complexity, (counts.get(complexity) ?? 0) + 1);
    if (complexity !== "safe") console.log(`${id}: ${complexity}`);
    if (complexity === "exponential") process.exitCode = 1;
  }
}
console.log([...counts].map(([complexity, count]) => `${count} ${complexity}`).join(", "));

function readMemory(): Map<string, Complexity> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(MEMORY, "utf8"))));
  } catch {
    return new Map();
  }
}
