import { expect, it } from "vitest";
import { decodeToUtf8 } from "../../../src/detect/decode.ts";

const TEXT = "token: \u00e4\u20ac and some more words\n";

function littleEndian(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "utf16le"));
}

function bigEndian(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "utf16le").swap16());
}

it.each([
  { what: "little-endian UTF-16", bytes: littleEndian(`\ufeff${TEXT}`) },
  { what: "big-endian UTF-16", bytes: bigEndian(`\ufeff${TEXT}`) },
  { what: "little-endian UTF-16 without a mark", bytes: littleEndian(TEXT) },
  { what: "big-endian UTF-16 without a mark", bytes: bigEndian(TEXT) },
])("turns $what into UTF-8", ({ bytes }) => {
  expect(new TextDecoder().decode(decodeToUtf8(bytes))).toBe(TEXT);
});

it.each([
  { what: "UTF-8", bytes: new TextEncoder().encode(TEXT) },
  { what: "UTF-8 with a mark", bytes: new TextEncoder().encode(`\ufeff${TEXT}`) },
  { what: "nothing", bytes: new Uint8Array() },
  { what: "zeros", bytes: new Uint8Array(64) },
  { what: "numbers of four bytes", bytes: new Uint8Array(new Uint32Array(64).fill(7).buffer) },
])("leaves $what as it is", ({ bytes }) => {
  expect(decodeToUtf8(bytes)).toBe(bytes);
});

it("survives UTF-16 that ends in half a character", () => {
  const bytes = littleEndian(`\ufeff${TEXT}`).subarray(0, -1);
  expect(new TextDecoder().decode(decodeToUtf8(bytes))).toContain("some more words");
});
