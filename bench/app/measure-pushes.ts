/** What a push costs: alone, many at once, and in repositories of different sizes. */
import { percentile } from "../clock.ts";
import type { Bed } from "./bed.ts";
import type { PushTimes } from "./stand-in.ts";

export interface PushCost {
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** The part of it in which GitHub worked on no request of ours. */
  readonly ownP50Ms: number;
  readonly ownP95Ms: number;
  /** Processor time for each push, of the services and their git. */
  readonly cpuMs: number;
}

const WARM_UP = 3;
const COUNT = 20;

/** Pushes of one commit, one after the other. */
export async function measurePushes(bed: Bed, name: string): Promise<PushCost> {
  await bed.order({ do: "push one by one", name, count: WARM_UP });
  await bed.idle();
  const cpuBeforeMs = bed.cpuMs();
  const times = await bed.order<readonly PushTimes[]>({
    do: "push one by one",
    name,
    count: COUNT,
  });
  const cpuMs = (bed.cpuMs() - cpuBeforeMs) / COUNT;
  const total = times.map(({ totalMs }) => totalMs);
  const own = times.map(({ totalMs, standInMs }) => totalMs - standInMs);
  return {
    p50Ms: percentile(total, 0.5),
    p95Ms: percentile(total, 0.95),
    ownP50Ms: percentile(own, 0.5),
    ownP95Ms: percentile(own, 0.95),
    cpuMs,
  };
}

export interface GrownCost extends PushCost {
  readonly objectCount: number;
  /** From the App's installation to the end of reading all that was there. */
  readonly historySeconds: number;
}

export async function measureGrown(bed: Bed, objectCount: number): Promise<GrownCost> {
  const name = `grown-${objectCount}`;
  const madeCount = await bed.order<number>({ do: "grow", name, objectCount });
  const startedAt = performance.now();
  await bed.idle();
  const historySeconds = (performance.now() - startedAt) / 1_000;
  return { objectCount: madeCount, historySeconds, ...(await measurePushes(bed, name)) };
}

export interface Burst {
  readonly pushesPerSecond: number;
  readonly residentBytesMax: number;
}

const BURST_REPOSITORIES = ["north", "east", "south", "west"];
const BURST_PUSHES = 120;
const SAMPLE_MS = 250;

/** Many pushes to four repositories at once, until the last check is there. */
export async function measureBurst(bed: Bed): Promise<Burst> {
  for (const name of BURST_REPOSITORIES) {
    await bed.order({ do: "push one by one", name, count: 1 });
  }
  await bed.idle();
  let residentBytesMax = 0;
  const sampler = setInterval(() => {
    residentBytesMax = Math.max(residentBytesMax, bed.residentBytes());
  }, SAMPLE_MS);
  const names = BURST_REPOSITORIES;
  const durationMs = await bed.order<number>({ do: "push at once", names, count: BURST_PUSHES });
  clearInterval(sampler);
  return { pushesPerSecond: BURST_PUSHES / (durationMs / 1_000), residentBytesMax };
}
