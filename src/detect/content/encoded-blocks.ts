/** Finds the blocks of a text that look as if they were inside of encoded text. */

/** A run of at least `2 * BLOCK_BYTES - 1` holds one of these, wherever it begins. */
const BLOCK_BYTES = 16;

/**
 * Returns where they begin. All bytes of a block are digits of base64 or its URL form, and ASCII
 * text could stand behind them: its bytes are below 0x80, so the first of each four digits is below
 * 32; of hex digits, the first of each two is from 2 to 7. Words and paths rarely are like this.
 *
 * The kernel has the same in a few instructions (`findBlocks`); this is what it is held to.
 */
export function listEncodedBlocks(text: Uint8Array): number[] {
  const blocks: number[] = [];
  for (let at = 0; at + BLOCK_BYTES <= text.length; at += BLOCK_BYTES) {
    if (isEncodedBlock(text, at)) blocks.push(at);
  }
  return blocks;
}

/** Begins at the end, so that most blocks are refused by the first byte that is looked at. */
function isEncodedBlock(text: Uint8Array, at: number): boolean {
  let common = DIGIT_64 | DIGIT_16;
  let quadsMissing = 0;
  let pairsMissing = 0;
  for (let index = BLOCK_BYTES - 1; index >= 0; index--) {
    const kind = KINDS[text[at + index] as number] as number;
    if ((kind & DIGIT_64) === 0) return false;
    common &= kind;
    if ((kind & BELOW_32) === 0) quadsMissing |= 1 << (index & 3);
    if ((kind & HIGH_DIGIT_16) === 0) pairsMissing |= 1 << (index & 1);
  }
  return quadsMissing !== 0b1111 || ((common & DIGIT_16) !== 0 && pairsMissing !== 0b11);
}

const DIGIT_64 = 1;
const BELOW_32 = 2;
const DIGIT_16 = 4;
const HIGH_DIGIT_16 = 8;
const KINDS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return (
    (/[A-Za-z0-9+/_-]/.test(character) ? DIGIT_64 : 0) |
    (/[A-Za-f]/.test(character) ? BELOW_32 : 0) |
    (/[0-9A-Fa-f]/.test(character) ? DIGIT_16 : 0) |
    (/[2-7]/.test(character) ? HIGH_DIGIT_16 : 0)
  );
});
