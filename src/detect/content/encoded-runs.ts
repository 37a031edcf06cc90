/** Finds the ends of long runs of the characters that base64 and hex digits are made of. */
import type { Range } from "../candidate.ts";

/** Shorter runs decode to less than a key: 24 bytes, or 16 of hex digits. */
const RUN_BYTES_MIN = 32;
/** Lines of wrapped base64 are at least this long, and go on after a line end and indentation. */
const WRAPPED_LINE_BYTES_MIN = 60;
const INDENT_BYTES_MAX = 64;

/**
 * Returns the runs in order. A run that fills a line goes on in the next one.
 *
 * @param blocks that may be inside of runs: see encoded-blocks.ts.
 */
export function listEncodedRuns(text: Uint8Array, blocks: readonly number[]): Range[] {
  const runs: Range[] = [];
  let from = 0;
  for (const block of blocks) {
    if (block < from) continue;
    const start = findRunStart(text, block, from);
    from = skipMembers(text, block);
    if (from - start < RUN_BYTES_MIN) continue;
    from = findRunEnd(text, start, from);
    runs.push({ start, end: from });
  }
  return runs;
}

/** Walks back to where the run that holds `at` begins. */
function findRunStart(text: Uint8Array, at: number, from: number): number {
  let start = at;
  while (start > from && IS_MEMBER[text[start - 1] as number] === 1) start--;
  return start;
}

const IS_MEMBER: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(/[A-Za-z0-9+/_-]/.test(String.fromCharCode(byte))),
);

function findRunEnd(text: Uint8Array, start: number, lineEnd: number): number {
  let lineStart = start;
  let end = lineEnd;
  while (end - lineStart >= WRAPPED_LINE_BYTES_MIN) {
    const next = findNextLine(text, end);
    if (next === undefined || IS_MEMBER[text[next] ?? 0] !== 1) break;
    lineStart = next;
    end = skipMembers(text, next);
  }
  return end;
}

function skipMembers(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && IS_MEMBER[text[at] as number] === 1) at++;
  return at;
}

/** Where the text of the next line begins, if this one ends here. */
function findNextLine(text: Uint8Array, end: number): number | undefined {
  let at = text[end] === CR ? end + 1 : end;
  if (text[at] !== LF) return undefined;
  at++;
  const indentMax = at + INDENT_BYTES_MAX;
  while (at < indentMax && (text[at] === SPACE || text[at] === TAB)) at++;
  return at;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
