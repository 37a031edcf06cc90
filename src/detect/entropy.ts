/** Shannon entropy: how evenly a text uses its characters. */

/** Returns bits per character, from 0 (one character repeated) up to log2 of the length. */
export function bitsPerCharacter(text: string): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    COUNTS[code] = (COUNTS[code] as number) + 1;
  }
  let bits = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const share = (COUNTS[code] as number) / text.length;
    if (share > 0) bits -= share * Math.log2(share);
    COUNTS[code] = 0;
  }
  return bits;
}

/** For each character; all zero between calls. A map for each call takes four times as long. */
const COUNTS: Uint32Array = new Uint32Array(0x1_0000);
