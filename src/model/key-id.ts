/** The name by which people call a key: short enough to type, and unique within any account. */

/** 40 bits: among ten thousand keys of an account two share an id once in 20,000 accounts. */
const KEY_ID_DIGITS = 10;

/** The first digits of a key's fingerprint. */
export function keyIdOf(fingerprint: string): string {
  return fingerprint.slice(0, KEY_ID_DIGITS);
}
