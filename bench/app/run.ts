/**
 * Measures the whole service: `npm run bench:app -- [--record] [--sizes=1000,10000]`.
 *
 * Services run as an operator starts them; the stand-in GitHub, git's server side and PostgreSQL
 * are processes of their own. `--record` writes bench/record/<date>-app-<machine>.md.
 */
import { writeFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { join } from "node:path";
import { type Bed, type BedKind, makeBed } from "./bed.ts";
import { measureDatabaseAlone } from "./measure-memory.ts";
import {
  type Burst,
  type GrownCost,
  measureBurst,
  measureGrown,
  measurePushes,
  type PushCost,
} from "./measure-pushes.ts";
import { type AnswerTimes, measureAnswers, measureMost } from "./measure-webhooks.ts";

const KINDS: readonly BedKind[] = [
  { database: "embedded", serviceCount: 1 },
  { database: "PostgreSQL", serviceCount: 1 },
  { database: "PostgreSQL", serviceCount: 2 },
];
const SIZES_DEFAULT = "1000,10000,100000,1000000";
const MIB = 1_048_576;

interface Measured extends BedKind {
  readonly idleBytes: number;
  /** After ten seconds of as many webhooks as were answered. */
  readonly floodedBytes: number;
  readonly push: PushCost;
  readonly burst: Burst;
  readonly answers: AnswerTimes;
  readonly most: AnswerTimes;
  readonly sizes: readonly GrownCost[];
}

const args = process.argv.slice(2);
const sizes = (
  args.find((arg) => arg.startsWith("--sizes="))?.slice("--sizes=".length) ?? SIZES_DEFAULT
)
  .split(",")
  .filter(Boolean)
  .map(Number);
const measured: Measured[] = [];
for (const kind of KINDS) measured.push(await measure(kind));
const report = renderReport(measured, measureDatabaseAlone());
console.log(report);
if (args.includes("--record")) {
  const machine = (cpus()[0]?.model ?? "machine").toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const name = `${new Date().toISOString().slice(0, 10)}-app-${machine}.md`;
  writeFileSync(join(import.meta.dirname, "..", "record", name), report);
}

async function measure(kind: BedKind): Promise<Measured> {
  const begin = (what: string): void =>
    console.error(`${kind.database}, ${kind.serviceCount}: ${what}`);
  begin("starting");
  const bed: Bed = await makeBed(kind);
  try {
    const idleBytes = bed.residentBytes();
    begin("pushes one by one");
    const push = await measurePushes(bed, "alone");
    begin("answers");
    const payload = await bed.order<object>({ do: "payload" });
    await bed.idle();
    const answers = await measureAnswers(bed, payload);
    await bed.idle();
    begin("many pushes at once");
    const burst = await measureBurst(bed);
    await bed.idle();
    begin("as many answers as there can be");
    const most = await measureMost(bed, payload);
    const floodedBytes = bed.residentBytes();
    await bed.idle();
    const grown: GrownCost[] = [];
    // A second instance changes nothing about the size of a repository.
    for (const size of kind.serviceCount === 1 ? sizes : []) {
      begin(`a repository of ${size} objects`);
      grown.push(await measureGrown(bed, size));
    }
    return { ...kind, idleBytes, floodedBytes, push, burst, answers, most, sizes: grown };
  } finally {
    await bed.stop();
  }
}

function renderReport(all: readonly Measured[], databaseBytes: number): string {
  const [embedded] = all;
  return [
    `# The whole service, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, ` +
      `${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${arch()}, Node ${process.version}. ` +
      "Services, stand-in GitHub, git's servers, PostgreSQL and the sender of webhooks share the machine.",
    "",
    ...(embedded === undefined ? [] : renderTargets(embedded, databaseBytes)),
    ...renderKinds(all),
    ...renderSizes(all),
  ].join("\n");
}

function renderTargets(embedded: Measured, databaseBytes: number): string[] {
  const { answers, push, burst } = embedded;
  const largestBytes = Math.max(embedded.idleBytes, burst.residentBytesMax);
  const beyond = largestBytes - databaseBytes;
  return [
    "| what | at least | measured |",
    "|---|---|---|",
    `| webhook to answer, 50 a second, embedded database | p99 under 100 ms | p99 ${ms(answers.p99Ms)}, p50 ${ms(answers.p50Ms)} |`,
    `| push of one commit to completed check, idle | p50 under 1 s | p50 ${ms(push.p50Ms)}, p95 ${ms(push.p95Ms)} |`,
    `| of which our own work | under 150 ms | p50 ${ms(push.ownP50Ms)}, p95 ${ms(push.ownP95Ms)} |`,
    `| memory of the service | database's own + 150 MB | database's own ${mb(databaseBytes)} + ${mb(beyond)}; after the flood + ${mb(embedded.floodedBytes - databaseBytes)} |`,
    "| cost of a push | grows with new objects, not with the repository | see below |",
    "",
    "Our own work is the time in which the stand-in worked on no request of ours: database, git on our side, scan.",
    "",
  ];
}

function renderKinds(all: readonly Measured[]): string[] {
  return [
    "| database | instances | answer at 50/s p50 | p99 | answers/s at most | push p50 | p95 | own p50 | own p95 | CPU/push | pushes/s held | memory idle | under load | after the flood |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ...all.map((one) =>
      row([
        one.database,
        String(one.serviceCount),
        ms(one.answers.p50Ms),
        ms(one.answers.p99Ms),
        one.most.perSecond.toFixed(0),
        ...renderCost(one.push),
        one.burst.pushesPerSecond.toFixed(1),
        mb(one.idleBytes),
        mb(one.burst.residentBytesMax),
        mb(one.floodedBytes),
      ]),
    ),
    "",
    `Webhooks that were not taken: ${all.reduce((sum, { answers, most }) => sum + answers.failed + most.failed, 0)}. ` +
      "CPU is that of the services with their git processes; memory is that of the largest service process: under " +
      "load after 20 s of 50 webhooks a second, with 120 pushes at once; after the flood of 10 s of all that were answered.",
    "",
  ];
}

function renderSizes(all: readonly Measured[]): string[] {
  return [
    "| database | objects in the repository | push p50 | p95 | own p50 | own p95 | CPU/push | reading the history |",
    "|---|--:|--:|--:|--:|--:|--:|--:|",
    ...all.flatMap((one) =>
      one.sizes.map((size) =>
        row([
          one.database,
          size.objectCount.toLocaleString("en"),
          ...renderCost(size),
          `${size.historySeconds.toFixed(1)} s`,
        ]),
      ),
    ),
    "",
  ];
}

function renderCost(cost: PushCost): string[] {
  const { p50Ms, p95Ms, ownP50Ms, ownP95Ms, cpuMs } = cost;
  return [p50Ms, p95Ms, ownP50Ms, ownP95Ms, cpuMs].map(ms);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

function mb(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
