/** A set of byte values as a table that is fast to ask. */

/** 256 entries, 1 where the byte is in the set. */
export type ByteSet = Uint8Array;

/**
 * The set as 64 hex digits: byte `b` is in it when bit `b & 3` of digit `b >> 2` is set.
 * `byteSetFromHex` reads it back.
 */
export function byteSetToHex(set: ByteSet): string {
  let hex = "";
  for (let byte = 0; byte < 256; byte += 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit++) digit |= (set[byte + bit] ?? 0) << bit;
    hex += digit.toString(16);
  }
  return hex;
}

/** Throws a TypeError for anything but 64 lower-case hex digits. */
export function byteSetFromHex(hex: string): ByteSet {
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new TypeError("not a byte set: expected 64 hex digits");
  const set = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    set[byte] = (Number.parseInt(hex.charAt(byte >> 2), 16) >> (byte & 3)) & 1;
  }
  return set;
}
