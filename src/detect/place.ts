/** Turns byte ranges into lines and columns. */
import type { Place } from "../model/finding.ts";
import type { Range } from "./candidate.ts";

/**
 * The place of a range that is not empty: from its first character to its last, both included.
 * Ranges must be asked for in ascending order and may not overlap, so that one pass over the bytes is enough.
 */
export type PlaceFinder = (range: Range) => Place;

/**
 * A line ends at LF, CRLF or a lone CR. Columns count characters of UTF-8; a byte that is not UTF-8
 * counts as one, and a byte order mark as none. Nothing is read before the first range is asked for.
 */
export function createPlaceFinder(bytes: Uint8Array): PlaceFinder {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const start = hasMark ? 3 : 0;
  const cursor: Cursor = { index: start, line: 1, counted: start, characters: 0 };
  return ({ start: from, end }) => {
    const { line, column } = moveTo(cursor, bytes, from);
    const { line: lineEnd, column: columnEnd } = moveTo(cursor, bytes, end - 1);
    return { line, column, lineEnd, columnEnd };
  };
}

interface Cursor {
  index: number;
  line: number;
  /** Up to where the characters of the line are counted: its start, or what was asked for last. */
  counted: number;
  /** In the line, before `counted`. */
  characters: number;
}

/** Moves forward. Characters are counted only in the line that is asked for. */
function moveTo(cursor: Cursor, bytes: Uint8Array, target: number): Pick<Place, "line" | "column"> {
  for (let at = cursor.index; at < target; at++) {
    if ((bytes[at] as number) > CR || !isLineEnd(bytes, at)) continue;
    cursor.line++;
    cursor.counted = at + 1;
    cursor.characters = 0;
  }
  cursor.index = Math.max(cursor.index, target);
  while (cursor.counted <= target) {
    cursor.counted += 1 + countFollowers(bytes, cursor.counted);
    cursor.characters++;
  }
  return { line: cursor.line, column: cursor.characters };
}

function isLineEnd(bytes: Uint8Array, index: number): boolean {
  const byte = bytes[index];
  return byte === LF || (byte === CR && bytes[index + 1] !== LF);
}

/** Bytes that belong to the character that begins here; none when it is no whole UTF-8 sequence. */
function countFollowers(bytes: Uint8Array, index: number): number {
  const first = bytes[index] ?? 0;
  if (first < 0xc2 || first > 0xf4) return 0;
  const count = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  for (let at = index + 1; at <= index + count; at++) {
    if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return count;
}

const LF = 0x0a;
const CR = 0x0d;
