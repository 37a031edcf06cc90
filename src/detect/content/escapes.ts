/** Reads percent and backslash escapes, leaving everything else as it is. */
import type { Range } from "../candidate.ts";
import { copy, createDecoded, type Decoded, type Output, put } from "./decoded.ts";
import { hexByteAt } from "./hex.ts";

export type EscapeKind = "percent" | "backslash";

/** Returns the text of a range with its escapes of one kind replaced. */
export function decodeEscapes(text: Uint8Array, range: Range, kind: EscapeKind): Decoded {
  const read = kind === "percent" ? readPercent : readBackslash;
  return createDecoded(range.end - range.start, (output) => read(text, range, output));
}

function readPercent(text: Uint8Array, { start, end }: Range, output: Output): void {
  for (let at = start; at < end; ) {
    const sign = findByte(text, PERCENT, at, end);
    copy(output, text, at, sign);
    if (sign === end) return;
    const byte = hexByteAt(text, sign + 1);
    at = sign + (byte === -1 ? 1 : 3);
    put(output, byte === -1 ? PERCENT : byte, sign, at);
  }
}

/** Those of JSON, and the hex escapes of most languages. */
function readBackslash(text: Uint8Array, { start, end }: Range, output: Output): void {
  for (let at = start; at < end; ) {
    const sign = findByte(text, BACKSLASH, at, end);
    copy(output, text, at, sign);
    if (sign === end) return;
    const letter = text[sign + 1] ?? 0;
    const length = lengthOfEscape(text, sign, letter);
    at = sign + length;
    if (length === 1) put(output, BACKSLASH, sign, at);
    else if (length === 2) put(output, SIMPLE[letter] as number, sign, at);
    else if (length === 4) put(output, hexByteAt(text, sign + 2), sign, at);
    else putUtf8((hexByteAt(text, sign + 2) << 8) | hexByteAt(text, sign + 4), sign, at, output);
  }
}

/** A loop, since escapes stand close together: a call of `indexOf` costs as much as fifty bytes. */
function findByte(text: Uint8Array, byte: number, from: number, end: number): number {
  let at = from;
  while (at < end && text[at] !== byte) at++;
  return at;
}

/** 1 where a backslash, or anything else, stands for itself. */
function lengthOfEscape(text: Uint8Array, at: number, letter: number): number {
  if (SIMPLE[letter] !== 0) return 2;
  if (letter === LETTER_X) return hexByteAt(text, at + 2) === -1 ? 1 : 4;
  if (letter !== LETTER_U) return 1;
  return hexByteAt(text, at + 2) === -1 || hexByteAt(text, at + 4) === -1 ? 1 : 6;
}

/** At most three bytes for six. Halves of pairs become what they are in no text: no key has them. */
function putUtf8(unit: number, start: number, end: number, output: Output): void {
  if (unit < 0x80) {
    put(output, unit, start, end);
    return;
  }
  if (unit < 0x800) put(output, 0xc0 | (unit >> 6), start, end);
  else {
    put(output, 0xe0 | (unit >> 12), start, end);
    put(output, 0x80 | ((unit >> 6) & 0x3f), start, end);
  }
  put(output, 0x80 | (unit & 0x3f), start, end);
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
