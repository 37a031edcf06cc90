import { expect, it } from "vitest";
import { bitsPerCharacter } from "../../../src/detect/entropy.ts";

it.each([
  { text: "", bits: 0 },
  { text: "aaaa", bits: 0 },
  { text: "abab", bits: 1 },
  { text: "abcd", bits: 2 },
  { text: "aaab", bits: 0.811 },
])("is $bits bits for $text", ({ text, bits }) => {
  expect(bitsPerCharacter(text)).toBeCloseTo(bits, 3);
});
