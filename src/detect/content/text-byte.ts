/** Tells bytes of text from others, to see whether something decoded is worth reading. */

/** True for printable ASCII, white space, and the zeros of UTF-16. */
export function isTextByte(byte: number): boolean {
  return IS_TEXT[byte] === 1;
}

const IS_TEXT: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number((byte >= 0x20 && byte < 0x7f) || [0x00, 0x09, 0x0a, 0x0d].includes(byte)),
);
