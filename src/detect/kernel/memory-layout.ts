/** Where the kernel keeps what in its memory; the constants are those of `kernel.as.ts`. */

/** Bits of the hash of three bytes: two tables of 32 KiB, so that the first stays in fast caches. */
export const HASH_BITS = 14;
export const FILTER_AT = 0;
export const HEADS_AT: number = FILTER_AT + (2 << HASH_BITS);
export const LITERALS_AT: number = HEADS_AT + (2 << HASH_BITS);
export const LITERAL_SIZE = 32;
export const WATCH_SIZE = 32;
/** A set of bytes: one bit for each. */
export const BYTE_SET_SIZE = 32;
export const HIT_SIZE = 8;

/** Of a fragment this much is searched at a time: it fits the second-level cache with the tables. */
export const CHUNK_BYTES_MAX: number = 256 * 1_024;
/** Hits that are taken out of the kernel at a time. */
export const HITS_MAX = 8_192;
/** What the hot loop may read behind the input without looking at it. */
const PADDING_BYTES = 32;
const PAGE_BYTES = 65_536;

export interface MemoryLayout {
  readonly watchesAt: number;
  readonly setsAt: number;
  readonly hitsAt: number;
  readonly inputAt: number;
  readonly pageCount: number;
}

/** @param tailBytes behind a chunk, so that runs which begin in it are there as a whole. */
export function layOutMemory(counts: {
  readonly literals: number;
  readonly watches: number;
  readonly sets: number;
  readonly tailBytes: number;
}): MemoryLayout {
  const watchesAt = LITERALS_AT + counts.literals * LITERAL_SIZE;
  const setsAt = watchesAt + counts.watches * WATCH_SIZE;
  const hitsAt = setsAt + counts.sets * BYTE_SET_SIZE;
  // The room is only looked at between two places, and one place may wake every watch.
  const inputAt = hitsAt + (HITS_MAX + counts.watches) * HIT_SIZE;
  const end = inputAt + CHUNK_BYTES_MAX + counts.tailBytes + PADDING_BYTES;
  return { watchesAt, setsAt, hitsAt, inputAt, pageCount: Math.ceil(end / PAGE_BYTES) };
}
