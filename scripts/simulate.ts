/**
 * Pushes, pull requests and troubles drawn from seeds: `npm run simulate -- --minutes 30`.
 *
 * `--seeds 1000` runs so many, `--seed 17` begins there, and runs that one alone unless told
 * otherwise. Git is worked out in memory unless `--git` is given. `--planted "skip dedupe"` runs a
 * copy of the sources with that bug. Exits with 1 when an invariant is broken, and says how to see
 * it again.
 */
import { parseArgs } from "node:util";
import {
  copySource,
  HASTY_CLIENT,
  type Patch,
  PLANTED_BUGS,
  type PlantedBug,
  QUICK_SOURCE,
} from "../test/simulation/planted-bugs.ts";
import { simulate } from "../test/simulation/simulate.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string" },
    minutes: { type: "string" },
    beside: { type: "string", default: "20" },
    worlds: { type: "string", default: "2" },
    git: { type: "boolean", default: false },
    planted: { type: "string" },
  },
});
const isAlone =
  values.seed !== undefined && values.seeds === undefined && values.minutes === undefined;
const copy = copySource([
  ...patchesOf(values.planted),
  HASTY_CLIENT,
  ...(values.git ? [] : [QUICK_SOURCE]),
]);
const { seedCount, broken, crashes } = await simulate({
  firstSeed: Number(values.seed ?? 1),
  seedsMax: isAlone ? 1 : Number(values.seeds ?? Number.MAX_SAFE_INTEGER),
  durationMsMax: Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000,
  besideCount: Number(values.beside),
  worldCount: isAlone ? 1 : Number(values.worlds),
  source: copy.source,
  tellsAll: isAlone,
  again: [values.git ? " --git" : "", values.planted ? ` --planted "${values.planted}"` : ""].join(
    "",
  ),
  say: (line) => console.log(line),
});
copy.remove();
for (const [name, count] of [...crashes].toSorted()) console.log(`killed at "${name}": ${count}`);
console.log(`${seedCount} seeds, ${broken.length} with a broken invariant`);
if (broken.length > 0) process.exitCode = 1;

function patchesOf(name: string | undefined): readonly Patch[] {
  if (name === undefined) return [];
  const patches = PLANTED_BUGS[name as PlantedBug];
  if (patches !== undefined) return patches;
  throw new Error(`--planted takes one of: ${Object.keys(PLANTED_BUGS).join(", ")}`);
}
