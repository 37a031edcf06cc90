/**
 * Compiles `rules/*.yml` into `build/rules.json`, which the program loads.
 *
 *     node scripts/build-rules.ts [FOLDER [TARGET]]
 *
 * Does nothing when neither the rules nor the compiler have changed since: the hash in the file is
 * over both. Parsing some hundred YAML files at each start would take most of a second.
 */
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const [FOLDER = join(ROOT, "rules"), TARGET = join(ROOT, "build", "rules.json")] =
  process.argv.slice(2);
/** What the outcome depends on besides the rules: the compiler and the shape that it writes. */
const COMPILER = ["src/rules/*.ts", "src/lib/byte-set.ts", "src/model/rule.ts"];

process.exitCode = await buildRules();

/** Returns the exit code: 1 when rule files have problems, which go to standard error. */
async function buildRules(): Promise<number> {
  const files = readFiles(FOLDER, "*.yml");
  const compiler = COMPILER.flatMap((pattern) => readFiles(ROOT, pattern));
  const hash = hashFiles([...files, ...compiler]);
  if (findBuiltHash() === hash) return 0;

  // Imported only here: loading the parsers takes longer than everything above.
  const { compileRules } = await import("../src/rules/compile.ts");
  const { rules, problems } = compileRules(files, hash);
  for (const { file, line, column, message } of problems) {
    console.error(`${join(FOLDER, file)}:${line}:${column}: ${message}`);
  }
  if (rules === undefined) return 1;
  writeAtomically(TARGET, `${JSON.stringify(rules)}\n`);
  console.log(`${TARGET}: ${rules.rules.length} rules, ${rules.providers.length} providers`);
  return 0;
}

function readFiles(folder: string, pattern: string): { name: string; text: string }[] {
  const paths = globSync(pattern, { cwd: folder }).toSorted();
  return paths.map((path) => ({
    name: basename(path),
    text: readFileSync(join(folder, path), "utf8"),
  }));
}

function hashFiles(files: readonly { name: string; text: string }[]): string {
  const hash = createHash("sha256");
  for (const { name, text } of files) hash.update(`${name}\0${text}\0`);
  return hash.digest("hex");
}

/** The hash in the file that was built last, or undefined when there is none. */
function findBuiltHash(): string | undefined {
  try {
    return /^\{"hash":"([0-9a-f]{64})"/.exec(readFileSync(TARGET, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

/** A reader never sees half a file, and two builds at once do not mix. */
function writeAtomically(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}
