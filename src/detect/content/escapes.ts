/** Reads percent and backslash escapes, leaving everything else as it is. */
import type { Range } from "../candidate.ts";
import { createDecodedBuilder, type Decoded } from "./decoded.ts";
import { hexByteAt } from "./hex.ts";

export type EscapeKind = "percent" | "backslash";

/** Returns the text of a range with its escapes of one kind replaced. */
export function decodeEscapes(text: Uint8Array, { start, end }: Range, kind: EscapeKind): Decoded {
  const read = kind === "percent" ? readPercent : readBackslash;
  const introducer = kind === "percent" ? PERCENT : BACKSLASH;
  const builder = createDecodedBuilder(end - start);
  let at = start;
  while (at < end) {
    const byte = text[at] as number;
    const found = byte === introducer ? read(text, at) : undefined;
    const next = at + (found?.length ?? 1);
    for (const decoded of found?.bytes ?? [byte]) builder.add(decoded, at, next);
    at = next;
  }
  return builder.finish();
}

interface Escape {
  readonly length: number;
  /** At most as many as the escape is long. */
  readonly bytes: Iterable<number>;
}

function readPercent(text: Uint8Array, at: number): Escape | undefined {
  const byte = hexByteAt(text, at + 1);
  return byte === -1 ? undefined : { length: 3, bytes: [byte] };
}

/** Those of JSON, and the hex escapes of most languages. */
function readBackslash(text: Uint8Array, at: number): Escape | undefined {
  const letter = String.fromCharCode(text[at + 1] ?? 0);
  const simple = SIMPLE.get(letter);
  if (simple !== undefined) return { length: 2, bytes: [simple] };
  if (letter === "x") {
    const byte = hexByteAt(text, at + 2);
    return byte === -1 ? undefined : { length: 4, bytes: [byte] };
  }
  const high = hexByteAt(text, at + 2);
  const low = hexByteAt(text, at + 4);
  if (letter !== "u" || high === -1 || low === -1) return undefined;
  // Halves of pairs become U+FFFD: no key has them.
  const bytes = ENCODER.encode(String.fromCharCode((high << 8) | low));
  return { length: 6, bytes };
}

const ENCODER = new TextEncoder();
const PERCENT = 0x25;
const BACKSLASH = 0x5c;
const SIMPLE: ReadonlyMap<string, number> = new Map([
  ["n", 0x0a],
  ["r", 0x0d],
  ["t", 0x09],
  ...['"', "'", "/", "\\"].map((letter) => [letter, letter.charCodeAt(0)] as const),
]);
