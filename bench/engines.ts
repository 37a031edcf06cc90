/** Reference against kernel, in this process: what the search alone and a whole scan cost. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createKernelProposer } from "../src/detect/kernel/kernel-proposer.ts";
import { createReferenceProposer } from "../src/detect/propose.ts";
import { createScanner } from "../src/detect/scan.ts";
import { parseCompiledRules } from "../src/rules/load.ts";
import { listSourceTree } from "../test/support/source-tree.ts";
import { cpuMs, percentile, wallMs } from "./clock.ts";
import { generateTree } from "./generate-tree.ts";
import type { Subject } from "./subject.ts";

const ROUNDS = 5;
const TREE_BYTES_MAX = 256_000_000;
const GENERATED_BYTES = 50_000_000;
/** What the kernel has to gain over the reference to be kept. */
const RATIO_MIN = 1.3;

const json = readFileSync(join(import.meta.dirname, "..", "build", "rules.json"), "utf8");
const rules = parseCompiledRules(json);
const reference = createScanner(rules, createReferenceProposer);
const kernel = createScanner(rules, createKernelProposer);

/** Lines of Markdown. Without a tree a generated one is scanned. */
export function benchEngines(trees: readonly Subject[]): string[] {
  return [...benchTrees(trees), ...benchStart(), ...benchText()];
}

function benchTrees(trees: readonly Subject[]): string[] {
  const rows = trees.map(({ name, folder }) => {
    let texts: Uint8Array[] = [];
    const readMs = cpuMs(() => {
      texts = listSourceTree(folder, TREE_BYTES_MAX).map(({ bytes }) => bytes);
    });
    return benchTree(name, texts, readMs);
  });
  if (rows.length === 0) rows.push(benchTree("generated", generateTree(GENERATED_BYTES), 0));
  return [
    "## Engines",
    "",
    `${rules.rules.length} rules. CPU time of one thread, best of ${ROUNDS} interleaved rounds.`,
    "",
    "| tree | files | MB | read, CPU s | search, reference | search, kernel | scan, reference | scan, kernel | ratio of scans | kernel MB/s | equal |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ...rows,
    "",
    "Read is opening and reading the files once; search is what an engine does alone; scan is all from bytes to findings.",
    `The kernel is kept while the ratio of scans is at least ${RATIO_MIN}.`,
    "",
  ];
}

function benchTree(name: string, texts: readonly Uint8Array[], readMs: number): string {
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  const [searchReference, searchKernel] = [createReferenceProposer, createKernelProposer].map(
    (create) => create(rules),
  );
  const runs = [searchReference, searchKernel, reference.scan, kernel.scan].map((run) => ({
    run,
    bestMs: Number.POSITIVE_INFINITY,
  }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const entry of runs) {
      const ms = cpuMs(() => {
        for (const text of texts) entry.run?.(text);
      });
      entry.bestMs = Math.min(entry.bestMs, ms);
    }
  }
  const [a = 0, b = 0, c = 0, d = 0] = runs.map(({ bestMs }) => bestMs);
  const isEqual = texts.every(
    (text) => JSON.stringify(reference.scan(text)) === JSON.stringify(kernel.scan(text)),
  );
  const seconds = [readMs, a, b, c, d].map((ms) => (ms / 1_000).toFixed(3)).join(" | ");
  const rate = (bytes / 1_000 / d).toFixed(0);
  return `| ${name} | ${texts.length} | ${(bytes / 1e6).toFixed(1)} | ${seconds} | ${(c / d).toFixed(2)} | ${rate} | ${isEqual ? "yes" : "NO"} |`;
}

function benchStart(): string[] {
  const best = (run: () => unknown) => Math.min(...Array.from({ length: 9 }, () => wallMs(run)));
  return [
    "| start | ms |",
    "|---|--:|",
    `| parse the compiled rules (${(json.length / 1_000).toFixed(0)} kB) | ${best(() => parseCompiledRules(json)).toFixed(1)} |`,
    `| make a scanner with the kernel | ${best(() => createScanner(rules)).toFixed(1)} |`,
    `| make a scanner with the reference | ${best(() => createScanner(rules, createReferenceProposer)).toFixed(1)} |`,
    "",
  ];
}

/** A change of 300 lines, as a push brings it. */
function benchText(): string[] {
  const [text = new Uint8Array()] = generateTree(9_000);
  const times = Array.from({ length: 5_000 }, () => wallMs(() => kernel.scan(text)));
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(times, share).toFixed(3));
  return [
    `A text of ${text.length} bytes in a warm process: p50 ${p50} ms, p99 ${p99} ms, wall time.`,
    "",
  ];
}
