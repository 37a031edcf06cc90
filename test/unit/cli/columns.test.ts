import fc from "fast-check";
import { expect, it } from "vitest";
import { columnsOf, cutEnd, cutStart, padTo } from "../../../src/cli/columns.ts";

it.each([
  ["", 0],
  ["abc", 3],
  ["äöü", 3],
  ["a\u0308", 1],
  ["日本", 4],
  ["한글", 4],
  ["🔑", 2],
  ["👩‍👩‍👧", 2],
])("%j takes %i columns", (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

it("cuts at either end and says so", () => {
  expect(cutEnd("abcdef", 4)).toBe("abc…");
  expect(cutStart("abcdef", 4)).toBe("…def");
  expect(cutEnd("日本語", 4)).toBe("日…");
  expect(cutStart("日本語", 4)).toBe("…語");
});

it("never exceeds the columns, and leaves alone what fits", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 20 }), (given, columnsMax) => {
      for (const cut of [cutEnd, cutStart]) {
        expect(columnsOf(cut(given, columnsMax))).toBeLessThanOrEqual(columnsMax);
        if (columnsOf(given) <= columnsMax) expect(cut(given, columnsMax)).toBe(given);
      }
    }),
  );
});

it("fills up with blanks", () => {
  expect(padTo("日", 4)).toBe("日  ");
  expect(padTo("abcdef", 4)).toBe("abcdef");
});
