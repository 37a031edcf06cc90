/** Random numbers that a seed repeats exactly, for tests and examples; never for secrets. */

/** Returns a source of numbers in [0, 1): the same seed gives the same numbers on every machine. */
export function seededRandom(seed: string): () => number {
  let state = hashText(seed);
  return () => {
    // One step of mulberry32: 32 bits of state, good enough to draw characters from.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** FNV-1a, so that seeds that differ in one character start far apart. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
