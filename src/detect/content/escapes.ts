/** Reads percent and backslash escapes, leaving everything else as it is. */
import type { Range } from "../candidate.ts";
import { createDecoded, type Decoded, type Sink } from "./decoded.ts";
import { hexByteAt } from "./hex.ts";

export type EscapeKind = "percent" | "backslash";

/** Returns the text of a range with its escapes of one kind replaced. */
export function decodeEscapes(text: Uint8Array, range: Range, kind: EscapeKind): Decoded {
  const read = kind === "percent" ? readPercent : readBackslash;
  return createDecoded(range.end - range.start, (sink) => read(text, range, sink));
}

function readPercent(text: Uint8Array, { start, end }: Range, sink: Sink): void {
  for (let at = start; at < end; ) {
    const byte = text[at] as number;
    const decoded = byte === PERCENT ? hexByteAt(text, at + 1) : -1;
    const next = decoded === -1 ? at + 1 : at + 3;
    sink(decoded === -1 ? byte : decoded, at, next);
    at = next;
  }
}

/** Those of JSON, and the hex escapes of most languages. */
function readBackslash(text: Uint8Array, { start, end }: Range, sink: Sink): void {
  for (let at = start; at < end; ) {
    const byte = text[at] as number;
    const letter = byte === BACKSLASH ? (text[at + 1] ?? 0) : 0;
    const next = at + lengthOfEscape(text, at, letter);
    if (next === at + 1) sink(byte, at, next);
    else if (next === at + 2) sink(SIMPLE[letter] as number, at, next);
    else if (next === at + 4) sink(hexByteAt(text, at + 2), at, next);
    else sinkUtf8((hexByteAt(text, at + 2) << 8) | hexByteAt(text, at + 4), at, next, sink);
    at = next;
  }
}

/** 1 where a backslash, or anything else, stands for itself. */
function lengthOfEscape(text: Uint8Array, at: number, letter: number): number {
  if (SIMPLE[letter] !== 0) return 2;
  if (letter === LETTER_X) return hexByteAt(text, at + 2) === -1 ? 1 : 4;
  if (letter !== LETTER_U) return 1;
  return hexByteAt(text, at + 2) === -1 || hexByteAt(text, at + 4) === -1 ? 1 : 6;
}

/** At most three bytes for six. Halves of pairs become what they are in no text: no key has them. */
function sinkUtf8(unit: number, start: number, end: number, sink: Sink): void {
  if (unit < 0x80) {
    sink(unit, start, end);
    return;
  }
  if (unit < 0x800) sink(0xc0 | (unit >> 6), start, end);
  else {
    sink(0xe0 | (unit >> 12), start, end);
    sink(0x80 | ((unit >> 6) & 0x3f), start, end);
  }
  sink(0x80 | (unit & 0x3f), start, end);
}

const PERCENT = 0x25;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const LETTER_X = 0x78;
/** What a letter behind a backslash stands for; 0 where that is not one byte. */
const SIMPLE: Uint8Array = new Uint8Array(256);
for (const [letter, byte] of [
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ...['"', "'", "/", "\\"].map((character) => [character, character] as const),
] as const) {
  SIMPLE[letter.charCodeAt(0)] = byte.charCodeAt(0);
}
