/** Reads hex digits as bytes. */
import type { Range } from "../candidate.ts";
import { createDecoded, type Decoded, put } from "./decoded.ts";
import { isTextByte } from "./text-byte.ts";

/** Digits that must be text: less than any hash has, and text in one of ten million of them. */
const SAMPLE_DIGITS = 32;

/** Returns undefined when the run is not all hex digits, or begins with anything but text. */
export function decodeHex(text: Uint8Array, { start, end }: Range): Decoded | undefined {
  if (!beginsWithText(text, start) || !isAllDigits(text, start, end)) return undefined;
  return createDecoded((end - start) >> 1, (output) => {
    for (let at = start; at + 1 < end; at += 2) put(output, hexByteAt(text, at), at, at + 2);
  });
}

function isAllDigits(text: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 1 < end; at += 2) if (hexByteAt(text, at) === -1) return false;
  return true;
}

function beginsWithText(text: Uint8Array, start: number): boolean {
  for (let at = start; at < start + SAMPLE_DIGITS; at += 2) {
    const byte = hexByteAt(text, at);
    if (byte === -1 || !isTextByte(byte)) return false;
  }
  return true;
}

/** The byte that two hex digits stand for, or -1. */
export function hexByteAt(text: Uint8Array, at: number): number {
  const high = DIGIT_OF[text[at] ?? 0] ?? NO_DIGIT;
  const low = DIGIT_OF[text[at + 1] ?? 0] ?? NO_DIGIT;
  return high === NO_DIGIT || low === NO_DIGIT ? -1 : (high << 4) | low;
}

const NO_DIGIT = 0xff;
const DIGIT_OF: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(byte).toLowerCase());
  return digit === -1 ? NO_DIGIT : digit;
});
