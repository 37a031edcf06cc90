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
  const cursor = startCursor(bytes);
  return ({ start, end }) => {
    advance(cursor, bytes, start);
    const { line, column } = cursor;
    advance(cursor, bytes, end - 1);
    return { line, column, lineEnd: cursor.line, columnEnd: cursor.column };
  };
}

/** Where the byte at `index` stands. */
interface Cursor {
  index: number;
  line: number;
  column: number;
  /** Bytes that the character under way still takes. */
  pendingBytes: number;
}

function startCursor(bytes: Uint8Array): Cursor {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { index: hasMark ? 2 : -1, line: 1, column: 0, pendingBytes: 0 };
}

function advance(cursor: Cursor, bytes: Uint8Array, target: number): void {
  while (cursor.index < target) {
    if (isLineEnd(bytes, cursor.index)) {
      cursor.line++;
      cursor.column = 0;
      cursor.pendingBytes = 0;
    }
    cursor.index++;
    if (cursor.pendingBytes > 0) {
      cursor.pendingBytes--;
    } else {
      cursor.column++;
      cursor.pendingBytes = countFollowers(bytes, cursor.index);
    }
  }
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
