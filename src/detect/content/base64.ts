/** Reads base64 and base64url, with or without padding and line ends. */
import type { Range } from "../candidate.ts";
import { createDecoded, type Decoded, type Output, put } from "./decoded.ts";
import { isTextByte } from "./text-byte.ts";

/** The first quads that must be text: eighteen random bytes are text once in fifty million times. */
const SAMPLE_CHARACTERS = 24;

/** Returns undefined when what the run begins with decodes to anything but text. */
export function decodeBase64(text: Uint8Array, run: Range): Decoded | undefined {
  if (!beginsWithText(text, run.start)) return undefined;
  const bytesMax = Math.ceil(((run.end - run.start) * 3) / 4);
  return createDecoded(bytesMax, (output) => readDigits(text, run, output));
}

function readDigits(text: Uint8Array, { start, end }: Range, output: Output): void {
  let bits = 0;
  let bitCount = 0;
  let byteStart = start;
  for (let at = start; at < end; at++) {
    const digit = DIGIT_OF[text[at] as number] as number;
    if (digit === NO_DIGIT) continue;
    if (bitCount === 0) byteStart = at;
    bits = (bits << 6) | digit;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    put(output, (bits >> bitCount) & 0xff, byteStart, at + 1);
    bits &= (1 << bitCount) - 1;
    // What is left of this digit belongs to the next byte.
    byteStart = at;
  }
}

/** The least length of a run is more than the sample, and the first line of a wrapped one too. */
function beginsWithText(text: Uint8Array, start: number): boolean {
  for (let at = start; at < start + SAMPLE_CHARACTERS; at += 4) {
    const first = digitAt(text, at);
    const second = digitAt(text, at + 1);
    const third = digitAt(text, at + 2);
    const isText =
      isTextByte((first << 2) | (second >> 4)) &&
      isTextByte(((second & 0xf) << 4) | (third >> 2)) &&
      isTextByte(((third & 3) << 6) | digitAt(text, at + 3));
    if (!isText) return false;
  }
  return true;
}

function digitAt(text: Uint8Array, at: number): number {
  return DIGIT_OF[text[at] as number] as number;
}

const NO_DIGIT = 0xff;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const DIGIT_OF: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte).replace("-", "+").replace("_", "/");
  const digit = ALPHABET.indexOf(character);
  return digit === -1 ? NO_DIGIT : digit;
});
