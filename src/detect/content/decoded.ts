/** Text that stood encoded in another text, with the way back to where each byte of it came from. */
import type { Range } from "../candidate.ts";

export interface Decoded {
  readonly bytes: Uint8Array;
  /** For each byte the first byte of the outer text that encodes it. */
  readonly starts: Uint32Array;
  /** For each byte the end of what encodes it in the outer text. */
  readonly ends: Uint32Array;
}

/** Returns the range of the outer text that encodes a range, which must not be empty. */
export function toOuter({ starts, ends }: Decoded, { start, end }: Range): Range {
  return { start: starts[start] ?? 0, end: ends[end - 1] ?? 0 };
}

/** Gathers decoded bytes one by one; `bytesMax` must be enough. */
export interface DecodedBuilder {
  add(byte: number, start: number, end: number): void;
  finish(): Decoded;
}

export function createDecodedBuilder(bytesMax: number): DecodedBuilder {
  const bytes = new Uint8Array(bytesMax);
  const starts = new Uint32Array(bytesMax);
  const ends = new Uint32Array(bytesMax);
  let length = 0;
  return {
    add(byte, start, end) {
      bytes[length] = byte;
      starts[length] = start;
      ends[length] = end;
      length++;
    },
    finish() {
      return {
        bytes: bytes.subarray(0, length),
        starts: starts.subarray(0, length),
        ends: ends.subarray(0, length),
      };
    },
  };
}
