/**
 * Feeds mutated inputs to engine, decoders and archive reader: `npm run fuzz -- --count 10000000`.
 *
 * `--seed` begins elsewhere, so that a long run can be done in parts. Exits with 1 for a throw, for
 * more than 50 ms per 100 KB, for memory over the cap, and where the engines differ.
 */
import { parseArgs } from "node:util";
import { createFuzzer, SIZES } from "../test/support/fuzz-engine.ts";

/** A part is short enough that a problem is quickly made again from its seed. */
const PART_COUNT = 100_000;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10000000" },
    seed: { type: "string", default: "fuzz" },
  },
});
const countMax = Number(values.count);
const sum = { count: 0, bytes: 0, findings: 0, gaps: 0, slowestMs: 0, residentBytesMax: 0 };
const countBySize = SIZES.map(() => 0);
const fuzz = createFuzzer();
const startedAt = performance.now();
for (let part = 1; sum.count < countMax && process.exitCode === undefined; part++) {
  const seed = `${values.seed} ${part}`;
  const partCount = Math.min(PART_COUNT, countMax - sum.count);
  const durationMsMax = Number.POSITIVE_INFINITY;
  const result = await fuzz({ seed, countMax: partCount, durationMsMax });
  sum.count += result.count;
  sum.bytes += result.bytes;
  sum.findings += result.findings;
  sum.gaps += result.gaps;
  sum.slowestMs = Math.max(sum.slowestMs, result.slowestMs);
  sum.residentBytesMax = Math.max(sum.residentBytesMax, result.residentBytesMax);
  for (const [index, count] of result.countBySize.entries()) {
    countBySize[index] = (countBySize[index] ?? 0) + count;
  }
  console.log(`part ${part}: ${render()}`);
  for (const problem of result.problems) console.error(`seed "${seed}", ${problem}`);
  if (result.problems.length > 0) process.exitCode = 1;
}
console.log(`${process.exitCode === undefined ? "No problem" : "PROBLEMS"}: ${render()}`);
const sizes = SIZES.map((bytes, index) => `${countBySize[index]} from ${bytes} bytes`).join(", ");
const { user, system } = process.cpuUsage();
console.log(
  `Inputs by size: ${sizes}. ${((user + system) / 1e6).toFixed(0)} CPU seconds, ` +
    `${((performance.now() - startedAt) / 1_000).toFixed(0)} s.`,
);

function render(): string {
  const { count, bytes, findings, gaps, slowestMs, residentBytesMax } = sum;
  return (
    `${count} inputs, ${(bytes / 1e6).toFixed(0)} MB, ${findings} findings, ${gaps} gaps, ` +
    `slowest ${slowestMs.toFixed(1)} ms, ${(residentBytesMax / 1e6).toFixed(0)} MB resident`
  );
}
