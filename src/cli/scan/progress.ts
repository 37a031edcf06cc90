/**
 * One line on a terminal that tells how far a scan is.
 *
 * Written here because it is a page: a bar where the number of objects is known beforehand, else a
 * count. Libraries for it draw several bars at once and measure times, and bring more code than
 * the whole scan.
 */
import { formatBytes, formatCount } from "./format.ts";

export interface Progress {
  /** How many items there will be, as soon as that is known. */
  expect(itemCount: number): void;
  show(itemCount: number, bytes: number): void;
  /** Takes the line away, before anything else is written. */
  end(): void;
}

/** The part of a terminal that this needs. */
interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const BAR_COLUMNS = 24;
/** Often enough to look alive, too seldom to cost anything. */
const INTERVAL_MS = 100;
const START_OF_LINE = "\r\u001b[K";

/** Shows nothing where standard error is no terminal. */
export function createProgress(terminal: Terminal, now: () => number): Progress {
  if (terminal.isTTY !== true) return { expect: () => {}, show: () => {}, end: () => {} };
  let expected: number | undefined;
  // Nothing is drawn for a scan that is over at once.
  let drawnAt = now();
  let isDrawn = false;
  return {
    expect(itemCount) {
      expected = itemCount;
    },
    show(itemCount, bytes) {
      if (now() - drawnAt < INTERVAL_MS) return;
      drawnAt = now();
      isDrawn = true;
      terminal.write(START_OF_LINE + lineOf(itemCount, bytes, expected));
    },
    end() {
      if (isDrawn) terminal.write(START_OF_LINE);
      isDrawn = false;
    },
  };
}

function lineOf(itemCount: number, bytes: number, expected: number | undefined): string {
  const size = formatBytes(bytes);
  if (expected === undefined) return `scanning: ${formatCount(itemCount, "file")}, ${size}`;
  const share = Math.min(1, itemCount / Math.max(1, expected));
  const filled = Math.round(share * BAR_COLUMNS);
  const bar = "#".repeat(filled) + "-".repeat(BAR_COLUMNS - filled);
  return `scanning [${bar}] ${Math.floor(share * 100)} % of ${formatCount(expected, "object")}, ${size}`;
}
