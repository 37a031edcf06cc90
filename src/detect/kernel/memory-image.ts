/** Writes the tables that the kernel searches with. */
import { byteSetFromHex } from "../../lib/byte-set.ts";
import {
  BYTE_SET_SIZE,
  FILTER_AT,
  HASH_BITS,
  HEADS_AT,
  LITERAL_SIZE,
  LITERALS_AT,
  type MemoryLayout,
  WATCH_SIZE,
} from "./memory-layout.ts";
import type { Watch, WatchedLiteral } from "./watch-list.ts";

/**
 * Fills fresh memory.
 *
 * @param sets the byte sets of all runs, as in the prefilters, each once.
 */
export function writeImage(
  memory: Uint8Array,
  layout: MemoryLayout,
  literals: readonly WatchedLiteral[],
  sets: readonly string[],
): void {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  const setAt = new Map(sets.map((hex, index) => [hex, layout.setsAt + index * BYTE_SET_SIZE]));
  for (const [hex, at] of setAt) writeSet(memory, at, hex);
  let watchAt = layout.watchesAt;
  let literalAt = LITERALS_AT;
  for (const [hash, group] of groupByHash(literals)) {
    view.setUint16(HEADS_AT + 2 * hash, 1 + (literalAt - LITERALS_AT) / LITERAL_SIZE, true);
    for (const [index, literal] of group.entries()) {
      const watchesEnd = watchAt + literal.watches.length * WATCH_SIZE;
      const isLast = index === group.length - 1;
      writeLiteral(view, literalAt, literal, { watchAt, watchesEnd, isLast });
      for (const watch of literal.watches) {
        writeWatch(view, watchAt, watch, setAt);
        watchAt += WATCH_SIZE;
      }
      literalAt += LITERAL_SIZE;
    }
  }
  for (const [index, literal] of literals.entries()) addToFilter(view, literal, index);
}

/** One bit for each byte, lowest first. */
function writeSet(memory: Uint8Array, at: number, hex: string): void {
  for (const [byte, member] of byteSetFromHex(hex).entries()) {
    const index = at + (byte >> 3);
    memory[index] = (memory[index] ?? 0) | (member << (byte & 7));
  }
}

function groupByHash(literals: readonly WatchedLiteral[]): Map<number, WatchedLiteral[]> {
  const groups = new Map<number, WatchedLiteral[]>();
  for (const literal of literals) {
    const hash = hashAt(literal.text, 0);
    groups.set(hash, [...(groups.get(hash) ?? []), literal]);
  }
  return groups;
}

/** As `hashOf` in `kernel.as.ts`. */
function hashAt(text: string, at: number): number {
  return hashOf(text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2));
}

function hashOf(first: number, second: number, third: number): number {
  const bytes = (first | (second << 8) | (third << 16) | 0x202020) & 0xffffff;
  return Math.imul(bytes, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function writeLiteral(
  view: DataView,
  at: number,
  { text, length }: WatchedLiteral,
  links: { readonly watchAt: number; readonly watchesEnd: number; readonly isLast: boolean },
): void {
  writeText(view, at, text);
  view.setUint32(at + 16, links.watchAt, true);
  view.setUint32(at + 20, links.watchesEnd, true);
  view.setUint16(at + 24, length, true);
  view.setUint16(at + 26, Number(links.isLast), true);
}

function writeWatch(
  view: DataView,
  at: number,
  { id, exact = "", run }: Watch,
  setAt: ReadonlyMap<string, number>,
): void {
  writeText(view, at, exact);
  view.setUint32(at + 16, setAt.get(run?.bytes ?? "") ?? 0, true);
  view.setUint32(at + 20, run?.countMin ?? 0, true);
  view.setUint32(at + 24, id, true);
}

/** Eight bytes of text, then eight that say which of them count. */
function writeText(view: DataView, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) {
    view.setUint8(at + index, text.charCodeAt(index));
    view.setUint8(at + 8 + index, 0xff);
  }
}

/**
 * Each literal is in one of eight buckets. A place is looked at when the three bytes that begin
 * there stand first in literals of a bucket, and those one byte later second in the same bucket.
 */
function addToFilter(view: DataView, { text }: WatchedLiteral, index: number): void {
  const bucket = 1 << (index % BUCKET_COUNT);
  const add = (hash: number, bits: number) => {
    const at = FILTER_AT + 2 * hash;
    view.setUint16(at, view.getUint16(at, true) | bits, true);
  };
  add(hashAt(text, 0), bucket);
  if (text.length > GRAM_BYTES) {
    add(hashAt(text, 1), bucket << BUCKET_COUNT);
    return;
  }
  const [, second = 0, third = 0] = new TextEncoder().encode(text);
  for (let byte = 0; byte < 256; byte++) add(hashOf(second, third, byte), bucket << BUCKET_COUNT);
}

const BUCKET_COUNT = 8;
const GRAM_BYTES = 3;
