/** Bytes as text: one character for each byte to search in, real characters to report. */

/**
 * Returns the bytes from `from` up to `to`, both clamped to the array, with one character for each
 * byte. ASCII stays itself; what a byte from 0x80 on becomes is up to windows-1252, so patterns can
 * only tell it from ASCII. TextDecoder takes 0.1 us for 350 bytes, String.fromCharCode 0.8 us.
 */
export function byteText(bytes: Uint8Array, from: number, to: number): string {
  return SINGLE_BYTE.decode(bytes.subarray(Math.max(0, from), Math.max(0, to)));
}

const SINGLE_BYTE = new TextDecoder("windows-1252");

/** Returns the characters that bytes stand for in UTF-8, or one for each byte if it is not UTF-8. */
export function readableText(bytes: Uint8Array, from: number, to: number): string {
  try {
    return UTF8.decode(bytes.subarray(from, to));
  } catch {
    return byteText(bytes, from, to);
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
