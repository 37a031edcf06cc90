/** Gathers the starts that hits propose for one rule, in any order and within a bound. */

export interface Starts {
  /** First and last start of each range, alternately: ranges ascend and do not overlap. */
  readonly ranges: readonly number[];
  /** True when there were more starts than the limit: those that come first are kept. */
  readonly isCut: boolean;
}

export interface StartCollector {
  /** Takes the starts from `first` up to `last`, both included and not negative. */
  add(first: number, last: number): void;
  /** Returns what was added, in order, each start once. */
  finish(): Starts;
}

/** Starts to try for one rule in one fragment at most: no file may hold the engine for long. */
export const STARTS_MAX = 100_000;
/** Ranges that are held before they are put in order: what bounds the memory. */
const RANGES_MAX = 2 * STARTS_MAX;

/** The result depends on what was added, never on the order, so that all engines try the same. */
export function createStartCollector(): StartCollector {
  let ranges: number[] = [];
  let startMax = Number.POSITIVE_INFINITY;
  let isCut = false;
  const settle = () => {
    const settled = cutAt(STARTS_MAX, inOrder(ranges));
    ranges = settled.ranges;
    if (settled.isCut) {
      isCut = true;
      startMax = ranges.at(-1) ?? 0;
    }
  };
  return {
    add(first, last) {
      if (first > startMax) return;
      ranges.push(first, last);
      if (ranges.length >= 2 * RANGES_MAX) settle();
    },
    finish() {
      settle();
      return { ranges, isCut };
    },
  };
}

/**
 * Joins ranges that are no further apart than so many bytes, which must come in order. What is left
 * of them is few enough for any text, so that none is cut off.
 */
export function createJoiningCollector(bytesMax: number): StartCollector {
  const ranges: number[] = [];
  let end = Number.NEGATIVE_INFINITY;
  return {
    add(first, last) {
      if (first - end <= bytesMax) ranges[ranges.length - 1] = last;
      else ranges.push(first, last);
      end = last;
    },
    finish() {
      return { ranges, isCut: false };
    },
  };
}

/** Sorts ranges, and joins those that overlap or touch, so that no start is tried twice. */
function inOrder(ranges: readonly number[]): number[] {
  const ordered: number[] = [];
  let next = -1;
  const sorted = isAscending(ranges) ? ranges : sort(ranges);
  for (let index = 0; index < sorted.length; index += 2) {
    const first = sorted[index] ?? 0;
    const last = sorted[index + 1] ?? 0;
    if (first > next) {
      ordered.push(first, last);
    } else if (last >= next) {
      ordered[ordered.length - 1] = last;
    }
    next = Math.max(next, last + 1);
  }
  return ordered;
}

/** As they are in nearly all texts: the search goes forward. */
function isAscending(ranges: readonly number[]): boolean {
  for (let index = 2; index < ranges.length; index += 2) {
    if ((ranges[index] ?? 0) < (ranges[index - 2] ?? 0)) return false;
  }
  return true;
}

function sort(ranges: readonly number[]): number[] {
  const pairs: [first: number, last: number][] = [];
  for (let index = 0; index < ranges.length; index += 2) {
    pairs.push([ranges[index] ?? 0, ranges[index + 1] ?? 0]);
  }
  return pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]).flat();
}

/** Keeps the first `startsMax` starts of ranges that are in order. */
function cutAt(startsMax: number, ordered: number[]): { ranges: number[]; isCut: boolean } {
  let free = startsMax;
  for (let index = 0; index < ordered.length; index += 2) {
    const first = ordered[index] ?? 0;
    const count = (ordered[index + 1] ?? 0) - first + 1;
    if (count > free) {
      const rest = free > 0 ? [first, first + free - 1] : [];
      return { ranges: [...ordered.slice(0, index), ...rest], isCut: true };
    }
    free -= count;
  }
  return { ranges: ordered, isCut: false };
}
