import { expect, it } from "vitest";
import { toBase62 } from "../../../src/lib/base62.ts";

it.each([
  { value: 0, length: 6, text: "000000" },
  { value: 61, length: 1, text: "z" },
  { value: 62, length: 3, text: "010" },
  { value: 0xffffffff, length: 6, text: "4gfFC3" },
])("writes $value with at least $length digits as $text", ({ value, length, text }) => {
  expect(toBase62(value, length)).toBe(text);
});
