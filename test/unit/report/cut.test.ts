import fc from "fast-check";
import { expect, it } from "vitest";
import { cutToBytes } from "../../../src/report/cut.ts";

const NOTE = "\n\n*The rest is left out: it is longer than GitHub takes.*";
const sizeOf = (text: string): number => Buffer.byteLength(text);

it("leaves a text that fits as it is", () => {
  expect(cutToBytes("x".repeat(100), 100)).toBe("x".repeat(100));
});

it("cuts at the end of a line where there is one near", () => {
  const lines = "a line of text\n".repeat(20);
  const cut = cutToBytes(lines, 200);
  expect(cut.endsWith(`a line of text${NOTE}`)).toBe(true);
  expect(sizeOf(cut)).toBeLessThanOrEqual(200);
});

it("cuts within a line that is all there is", () => {
  expect(cutToBytes("x".repeat(200), 100)).toBe(`${"x".repeat(100 - NOTE.length)}${NOTE}`);
});

it("counts bytes: a text of other scripts is cut sooner", () => {
  expect(cutToBytes("ä".repeat(50), 100)).toBe("ä".repeat(50));
  expect(cutToBytes("ä".repeat(51), 100)).toContain(NOTE);
});

it("holds the limit and never cuts within a character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (text) => {
      const cut = cutToBytes(text, 120);
      expect(sizeOf(cut)).toBeLessThanOrEqual(120);
      expect(cut.isWellFormed()).toBe(true);
      const kept = cut === text ? text : cut.slice(0, -NOTE.length);
      expect(text.startsWith(kept)).toBe(true);
    }),
  );
});
