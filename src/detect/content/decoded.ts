/** Text that stood encoded in another text, with the way back to where each byte of it came from. */
import type { Range } from "../candidate.ts";

export interface Decoded {
  readonly bytes: Uint8Array;
  /** Returns the range of the outer text that encodes a range, which must not be empty. */
  toOuter(range: Range): Range;
}

/** Writes what it decodes, and gives the same at each call. */
export type Decode = (output: Output) => void;

/** What is decoded so far. */
export interface Output {
  readonly bytes: Uint8Array;
  /** For each byte the range of the outer text that encodes it; absent where nobody asks. */
  readonly places?: Places;
  length: number;
}

interface Places {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Adds a byte that a range of the outer text encodes. */
export function put(output: Output, byte: number, start: number, end: number): void {
  const { bytes, places, length } = output;
  bytes[length] = byte;
  if (places !== undefined) {
    places.starts[length] = start;
    places.ends[length] = end;
  }
  output.length = length + 1;
}

/** Adds bytes that the outer text holds as they are. */
export function copy(output: Output, text: Uint8Array, from: number, to: number): void {
  const { bytes, places } = output;
  let { length } = output;
  for (let at = from; at < to; at++) {
    bytes[length] = text[at] as number;
    if (places !== undefined) {
      places.starts[length] = at;
      places.ends[length] = at + 1;
    }
    length++;
  }
  output.length = length;
}

/**
 * Decodes now, and again for the way back when that is first asked for: few texts hold a key, and
 * the places of all bytes take eight times their memory.
 *
 * @param bytesMax that are decoded at most.
 */
export function createDecoded(bytesMax: number, decode: Decode): Decoded {
  const output: Output = { bytes: new Uint8Array(bytesMax), length: 0 };
  decode(output);
  const bytes = output.bytes.subarray(0, output.length);
  let places: Places | undefined;
  return {
    bytes,
    toOuter({ start, end }) {
      places ??= locate(bytes, decode);
      return { start: places.starts[start] ?? 0, end: places.ends[end - 1] ?? 0 };
    },
  };
}

function locate(bytes: Uint8Array, decode: Decode): Places {
  const places = {
    starts: new Uint32Array(bytes.length),
    ends: new Uint32Array(bytes.length),
  };
  decode({ bytes, places, length: 0 });
  return places;
}
