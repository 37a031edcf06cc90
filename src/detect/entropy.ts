/** Shannon entropy: how evenly a text uses its characters. */

/** Returns bits per character, from 0 (one character repeated) up to log2 of the length. */
export function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values())
    bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
