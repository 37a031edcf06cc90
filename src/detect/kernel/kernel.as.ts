/**
 * The search of the kernel engine, in AssemblyScript: compiled to WebAssembly by
 * `scripts/build-kernel.ts`, never run as TypeScript. DESIGN.md tells how it works.
 *
 * Everything lives in one memory of fixed size, which `memory-layout.ts` lays out:
 * constants here must be the same there, and a test compares them.
 */

/** u16 for each hash of three bytes: sets of literals in which they stand first, and second. */
const FILTER: usize = 0;
const HASH_BITS: u32 = 14;
/** u16 for each hash: the first of its literals, counted from 1; 0 where there is none. */
const HEADS: usize = FILTER + (2 << HASH_BITS);
/** Literal records: grouped by hash, the last of a group is marked. */
const LITERALS: usize = HEADS + (2 << HASH_BITS);
const LITERAL_SIZE: usize = 32;
const WATCH_SIZE: usize = 32;

let hitsTo: usize = 0;

/** Where the hits end that the last call of `search` wrote: u32 watch, u32 position of the literal. */
export function hitsEnd(): usize {
  return hitsTo;
}

/**
 * Looks for literals that begin in `from` up to `to`, and writes their hits to `hits`.
 *
 * What is behind `to` and before `end` is only looked at to verify them; 16 bytes behind `end` must
 * be readable.
 * Returns where to go on: `to` when done, less when there was no room left below `hitsMax`.
 */
export function search(from: usize, to: usize, end: usize, hits: usize, hitsMax: usize): usize {
  hitsTo = hits;
  let at = from;
  let c0 = bucketsOf(load<u32>(at));
  while (at < to) {
    const next = load<u64>(at + 1);
    const c1 = bucketsOf(<u32>next);
    const c2 = bucketsOf(<u32>(next >> 8));
    const c3 = bucketsOf(<u32>(next >> 16));
    const c4 = bucketsOf(<u32>(next >> 24));
    const c5 = bucketsOf(<u32>(next >> 32));
    const c6 = bucketsOf(<u32>(next >> 40));
    const m0 = c0 & (c1 >> 8);
    const m1 = c1 & (c2 >> 8);
    const m2 = c2 & (c3 >> 8);
    const m3 = c3 & (c4 >> 8);
    const m4 = c4 & (c5 >> 8);
    const m5 = c5 & (c6 >> 8);
    if ((m0 | m1 | m2 | m3 | m4 | m5) & 0xff) {
      for (let index: usize = 0; index < 6; index++) {
        const here = at + index;
        if (here >= to) return to;
        if (hitsTo > hitsMax) return here;
        verify(here, end);
      }
    }
    c0 = c6;
    at += 6;
  }
  return to;
}

/** Low byte: buckets whose literals have these three bytes first; high byte: second. */
function bucketsOf(bytes: u32): u32 {
  return <u32>load<u16>(FILTER + (hashOf(bytes) << 1));
}

/** Letters are made alike; what else the bit mixes up is told apart afterwards. */
function hashOf(bytes: u32): usize {
  return <usize>((((bytes | 0x20202020) & 0xffffff) * 0x9e3779b1) >> (32 - HASH_BITS));
}

/** Compares the literals whose first bytes may stand here, and writes those that do. */
function verify(start: usize, end: usize): void {
  const head = <usize>load<u16>(HEADS + (hashOf(load<u32>(start)) << 1));
  if (head === 0) return;
  const text = fold(load<u64>(start));
  let literal = LITERALS + (head - 1) * LITERAL_SIZE;
  while (true) {
    const behind = start + <usize>load<u16>(literal, 24);
    if (behind <= end && ((text ^ load<u64>(literal)) & load<u64>(literal, 8)) === 0) {
      watch(<usize>load<u32>(literal, 16), <usize>load<u32>(literal, 20), start, behind, end);
    }
    if (load<u16>(literal, 26)) return;
    literal += LITERAL_SIZE;
  }
}

/** Lower case for the letters A to Z among eight bytes, and nothing else changed. */
function fold(text: u64): u64 {
  const low = text & 0x7f7f7f7f7f7f7f7f;
  const isFromA = low + 0x3f3f3f3f3f3f3f3f;
  const isBehindZ = low + 0x2525252525252525;
  const isUpper = (isFromA ^ isBehindZ) & ~text & 0x8080808080808080;
  return text | (isUpper >> 2);
}

/** Writes a hit for each watch of a literal that its own case and the bytes behind it satisfy. */
function watch(record: usize, recordsEnd: usize, start: usize, behind: usize, end: usize): void {
  const text = load<u64>(start);
  while (record < recordsEnd) {
    const isExact = ((text ^ load<u64>(record)) & load<u64>(record, 8)) === 0;
    if (isExact && hasRun(<usize>load<u32>(record, 16), behind, load<u32>(record, 20), end)) {
      store<u32>(hitsTo, load<u32>(record, 24));
      store<u32>(hitsTo, <u32>start, 4);
      hitsTo += 8;
    }
    record += WATCH_SIZE;
  }
}

/** Looks from the end of the run, where text that is no key differs most often. */
function hasRun(set: usize, from: usize, count: u32, end: usize): bool {
  if (from + count > end) return false;
  let at = from + count;
  while (at > from) {
    at--;
    const byte = <usize>load<u8>(at);
    if (!((load<u8>(set + (byte >> 3)) >> <u8>(byte & 7)) & 1)) return false;
  }
  return true;
}

/**
 * Writes the address of each block of 16 bytes, counted from `from`, that may be inside a long run
 * of base64 or hex digits: see `encoded-blocks.ts`. Returns the end of what was written.
 */
export function findBlocks(from: usize, to: usize, blocks: usize): usize {
  for (let at = from; at + 16 <= to; at += 16) {
    const bytes = v128.load(at);
    // Spaces, quotes and most other separators are below all digits, and no ASCII is negative.
    if (!i8x16.all_true(i8x16.gt_s(bytes, i8x16.splat(0x2a)))) continue;
    if (i8x16.all_true(digits64(bytes)) && (isText64(bytes) || isText16(bytes))) {
      store<u32>(blocks, <u32>at);
      blocks += 4;
    }
  }
  return blocks;
}

function digits64(bytes: v128): v128 {
  const lower = v128.or(bytes, i8x16.splat(0x20));
  const alnum = v128.or(inRange(lower, 0x61, 26), inRange(bytes, 0x30, 10));
  const plus = v128.or(i8x16.eq(bytes, i8x16.splat(0x2b)), i8x16.eq(bytes, i8x16.splat(0x2d)));
  const slash = v128.or(i8x16.eq(bytes, i8x16.splat(0x2f)), i8x16.eq(bytes, i8x16.splat(0x5f)));
  return v128.or(alnum, v128.or(plus, slash));
}

/** Each fourth digit, from one of the first four, is below 32. */
function isText64(bytes: v128): bool {
  const below32 = i8x16.bitmask(v128.or(inRange(bytes, 0x41, 26), inRange(bytes, 0x61, 6)));
  return (below32 & (below32 >> 4) & (below32 >> 8) & (below32 >> 12) & 0xf) !== 0;
}

/** All are hex digits, and each second one, from one of the first two, is from 2 to 7. */
function isText16(bytes: v128): bool {
  const lower = v128.or(bytes, i8x16.splat(0x20));
  if (!i8x16.all_true(v128.or(inRange(lower, 0x61, 6), inRange(bytes, 0x30, 10)))) return false;
  const high = i8x16.bitmask(inRange(bytes, 0x32, 6));
  return (high & 0x5555) === 0x5555 || (high & 0xaaaa) === 0xaaaa;
}

function inRange(bytes: v128, from: u8, count: u8): v128 {
  return i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(from)), i8x16.splat(count));
}
