/**
 * Pushes, pull requests and troubles drawn from seeds: `npm run simulate -- --minutes 30`.
 *
 * `--seeds 1000` runs so many, `--seed 17` begins there, and runs that one alone unless told
 * otherwise. Exits with 1 when an invariant is broken, and says how to see it again.
 */
import { parseArgs } from "node:util";
import { simulate } from "../test/simulation/simulate.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string" },
    minutes: { type: "string" },
    beside: { type: "string", default: "20" },
    worlds: { type: "string", default: "2" },
  },
});
const isAlone =
  values.seed !== undefined && values.seeds === undefined && values.minutes === undefined;
const { seedCount, broken, crashes } = await simulate({
  firstSeed: Number(values.seed ?? 1),
  seedsMax: isAlone ? 1 : Number(values.seeds ?? Number.MAX_SAFE_INTEGER),
  durationMsMax: Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000,
  besideCount: Number(values.beside),
  worldCount: isAlone ? 1 : Number(values.worlds),
  say: (line) => console.log(line),
});
for (const [name, count] of [...crashes].toSorted()) console.log(`killed at "${name}": ${count}`);
console.log(`${seedCount} seeds, ${broken.length} with a broken invariant`);
if (broken.length > 0) process.exitCode = 1;
