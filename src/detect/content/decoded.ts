/** Text that stood encoded in another text, with the way back to where each byte of it came from. */
import type { Range } from "../candidate.ts";

export interface Decoded {
  readonly bytes: Uint8Array;
  /** Returns the range of the outer text that encodes a range, which must not be empty. */
  toOuter(range: Range): Range;
}

/** Takes a decoded byte and the range of the outer text that encodes it. */
export type Sink = (byte: number, start: number, end: number) => void;

/**
 * Decodes now, and again for the way back when that is first asked for: few texts hold a key, and
 * the places of all bytes take eight times their memory.
 *
 * @param bytesMax that are decoded at most.
 * @param decode gives the same bytes at each call.
 */
export function createDecoded(bytesMax: number, decode: (sink: Sink) => void): Decoded {
  const bytes = new Uint8Array(bytesMax);
  let length = 0;
  decode((byte) => {
    bytes[length] = byte;
    length++;
  });
  let places: Places | undefined;
  return {
    bytes: bytes.subarray(0, length),
    toOuter({ start, end }) {
      places ??= locate(length, decode);
      return { start: places.starts[start] ?? 0, end: places.ends[end - 1] ?? 0 };
    },
  };
}

interface Places {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

function locate(length: number, decode: (sink: Sink) => void): Places {
  const starts = new Uint32Array(length);
  const ends = new Uint32Array(length);
  let index = 0;
  decode((_, start, end) => {
    starts[index] = start;
    ends[index] = end;
    index++;
  });
  return { starts, ends };
}
