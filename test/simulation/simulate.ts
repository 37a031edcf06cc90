/** Runs seeds after seeds in worlds beside each other, and says of each broken one how to see it again. */
import { type PostgresUnderTest, startPostgres } from "../support/postgres.ts";
import type { Story } from "./act-out.ts";
import { describeStory } from "./describe-story.ts";
import { listTraces } from "./list-traces.ts";
import { runSeeds } from "./run-seeds.ts";
import { startWorld, type World } from "./world.ts";

export interface Simulation {
  readonly firstSeed: number;
  /** How many seeds there are at most. */
  readonly seedsMax: number;
  /** After this time no more of them begin. */
  readonly durationMsMax: number;
  /** Seeds that are acted out beside each other in one world. */
  readonly besideCount: number;
  readonly worldCount: number;
  /** The `src` that is run. */
  readonly source: string;
  /** Whether seeds are described that break nothing. */
  readonly tellsAll: boolean;
  /** What a command line has to say besides, to see a seed again. */
  readonly again: string;
  /** Hears of each line that a person wants to read. */
  readonly say: (line: string) => void;
}

export interface Simulated {
  readonly seedCount: number;
  /** Seeds with a broken invariant. */
  readonly broken: readonly number[];
  /** How often an instance was killed at each effect. */
  readonly crashes: ReadonlyMap<string, number>;
}

/** A world slows down with what it remembers. */
const SEEDS_PER_WORLD_MAX = 200;
/** Whoever has seen so many wants to look into them first. */
const BROKEN_MAX = 5;

interface Progress {
  next: number;
  seedCount: number;
  readonly broken: number[];
  readonly crashes: Map<string, number>;
  readonly startedMs: number;
}

export async function simulate(wanted: Simulation): Promise<Simulated> {
  const postgres = await startPostgres();
  const progress: Progress = {
    next: wanted.firstSeed,
    seedCount: 0,
    broken: [],
    crashes: new Map(),
    startedMs: performance.now(),
  };
  try {
    const lanes = Array.from({ length: wanted.worldCount }, () =>
      runLane(wanted, progress, postgres),
    );
    // Where one fails, the others still need the database until they are done.
    const ends = await Promise.allSettled(lanes);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  } finally {
    await postgres.stop();
  }
  return progress;
}

/** One world after another, until nothing is left to do. */
async function runLane(
  wanted: Simulation,
  progress: Progress,
  postgres: PostgresUnderTest,
): Promise<void> {
  while (takeSeeds(wanted, { ...progress }).length > 0) {
    const world = await startWorld({ postgres, source: wanted.source });
    try {
      await runWorld(wanted, progress, world);
    } finally {
      await world.stop();
    }
  }
}

async function runWorld(wanted: Simulation, progress: Progress, world: World): Promise<void> {
  const stories: Story[] = [];
  while (stories.length < SEEDS_PER_WORLD_MAX) {
    const seeds = takeSeeds(wanted, progress);
    if (seeds.length === 0) break;
    const run = await runBatch(wanted, progress, world, seeds);
    if (run === undefined) break;
    stories.push(...run);
    wanted.say(progressLine(progress, seeds));
  }
  for (const [name, count] of world.crashes.counts) {
    progress.crashes.set(name, (progress.crashes.get(name) ?? 0) + count);
  }
  const seeds = stories.map(({ plan }) => plan.seed);
  const traces = await listTraces(world, stories);
  for (const trace of traces) wanted.say(`the text of a key is in ${trace}`);
  const [first] = seeds;
  if (traces.length === 0 || first === undefined) return;
  progress.broken.push(first);
  wanted.say(`  ${replayOf(wanted, first, seeds)}`);
}

/** @returns undefined where the world did not come to rest, and is good for nothing more. */
async function runBatch(
  wanted: Simulation,
  progress: Progress,
  world: World,
  seeds: readonly number[],
): Promise<readonly Story[] | undefined> {
  const { say } = wanted;
  progress.seedCount += seeds.length;
  try {
    const { stories, broken } = await runSeeds(world, seeds);
    for (const { story, sentences } of broken) {
      progress.broken.push(story.plan.seed);
      say(`seed ${story.plan.seed} breaks: ${sentences.join("; ")}`);
      say(`  ${replayOf(wanted, story.plan.seed, seeds)}`);
    }
    const told = wanted.tellsAll ? stories : broken.map(({ story }) => story);
    for (const story of told)
      for (const line of await describeStory(world, story)) say(`  ${line}`);
    for (const { plan } of stories) await world.sandbox.people.deleteRepository(plan.repository);
    return stories;
  } catch (cause) {
    progress.broken.push(seeds[0] ?? 0);
    say(`seeds ${seeds[0]} to ${seeds.at(-1)} came to no end: ${String(cause)}`);
    say(`  ${replayOf(wanted, seeds[0] ?? 0, seeds)}`);
    return undefined;
  }
}

function takeSeeds(wanted: Simulation, progress: Progress): readonly number[] {
  const isLate = performance.now() - progress.startedMs > wanted.durationMsMax;
  if (isLate || progress.broken.length >= BROKEN_MAX) return [];
  const left = wanted.firstSeed + wanted.seedsMax - progress.next;
  const count = Math.max(0, Math.min(wanted.besideCount, left));
  const seeds = Array.from({ length: count }, (_, index) => progress.next + index);
  progress.next += count;
  return seeds;
}

/** The same plans again; what runs at the same time takes turns as it likes. */
function replayOf(
  { besideCount, again }: Simulation,
  seed: number,
  beside: readonly number[],
): string {
  const alone = `npm run simulate -- --seed ${seed}${again}`;
  if (beside.length === 1) return `again: ${alone}`;
  return `again: ${alone}; with its company: npm run simulate -- --seed ${beside[0]} --seeds ${beside.length} --beside ${besideCount}${again}`;
}

function progressLine(
  { seedCount, broken, startedMs }: Progress,
  seeds: readonly number[],
): string {
  const minutes = (performance.now() - startedMs) / 60_000;
  const perMinute = (seedCount / minutes).toFixed(0);
  return `${seedCount} seeds, ${broken.length} broken, ${minutes.toFixed(1)} min, ${perMinute} a minute; last ${seeds.at(-1)}`;
}
