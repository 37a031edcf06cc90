/** What a piece of work costs. */

/** Milliseconds of processor time, of all threads of this process. */
export function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

export function wallMs(run: () => unknown): number {
  const before = performance.now();
  run();
  return performance.now() - before;
}

/** @param share for example 0.99. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
}
