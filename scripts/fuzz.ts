/**
 * Feeds mutated inputs to engine, decoders and archive reader: `npm run fuzz -- --count 10000000`.
 *
 * `--seed` begins elsewhere, so that a long run can be done in parts. Exits with 1 for a throw, for
 * more than 50 ms per 100 KB, for memory over the cap, and where the engines differ.
 */
import { parseArgs } from "node:util";
import { fuzzEngine } from "../test/support/fuzz-engine.ts";

/** A part is short enough that a problem is quickly made again from its seed. */
const PART_COUNT = 100_000;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10000000" },
    seed: { type: "string", default: "fuzz" },
  },
});
const countMax = Number(values.count);
let count = 0;
let bytes = 0;
for (let part = 1; count < countMax && process.exitCode === undefined; part++) {
  const seed = `${values.seed} ${part}`;
  const partCount = Math.min(PART_COUNT, countMax - count);
  const durationMsMax = Number.POSITIVE_INFINITY;
  const result = await fuzzEngine({ seed, countMax: partCount, durationMsMax });
  count += result.count;
  bytes += result.bytes;
  const { findings, gaps, slowestMs, residentBytesMax, problems } = result;
  console.log(
    `${count} inputs, ${(bytes / 1e6).toFixed(0)} MB; part ${part}: ${findings} findings, ${gaps} gaps, ` +
      `slowest ${slowestMs.toFixed(1)} ms, ${(residentBytesMax / 1e6).toFixed(0)} MB resident`,
  );
  for (const problem of problems) console.error(`seed "${seed}", ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
