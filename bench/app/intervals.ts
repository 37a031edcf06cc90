/** How much of a time was covered by intervals that may overlap. */

export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds of `whole` during which at least one of the intervals was open. */
export function busyMsWithin(intervals: readonly Interval[], whole: Interval): number {
  let busyMs = 0;
  let until = whole.from;
  for (const { from, to } of intervals.toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(from, until);
    const end = Math.min(to, whole.to);
    if (end <= start) continue;
    busyMs += end - start;
    until = end;
  }
  return busyMs;
}
