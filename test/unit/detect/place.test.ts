import fc from "fast-check";
import { expect, it } from "vitest";
import { createPlaceFinder } from "../../../src/detect/place.ts";

/** The place of the first `needle` in a text, as `line:column-lineEnd:columnEnd`. */
function placeOf(needle: string, text: string): string {
  const bytes = Buffer.from(text);
  const start = bytes.indexOf(needle);
  const end = start + Buffer.byteLength(needle);
  const { line, column, lineEnd, columnEnd } = createPlaceFinder(bytes)({ start, end });
  return `${line}:${column}-${lineEnd}:${columnEnd}`;
}

it.each([
  { what: "the first byte", text: "KEY", place: "1:1-1:3" },
  { what: "LF", text: "a\nb\nKEY", place: "3:1-3:3" },
  { what: "CRLF", text: "a\r\nb\r\n KEY", place: "3:2-3:4" },
  { what: "lone CR", text: "a\rb\rKEY\r", place: "3:1-3:3" },
  { what: "empty lines", text: "\n\r\n\r\r\nKEY", place: "5:1-5:3" },
  {
    what: "characters of two, three and four bytes",
    text: "\u00e4\u20ac\u{1f511}KEY",
    place: "1:4-1:6",
  },
  { what: "a byte order mark", text: "\ufeffKEY", place: "1:1-1:3" },
  { what: "a byte order mark and a line end", text: "\ufeff\nKEY", place: "2:1-2:3" },
])("counts lines and columns after $what", ({ text, place }) => {
  expect(placeOf("KEY", text)).toBe(place);
});

it("ends at the last character, even one of several bytes or on a later line", () => {
  expect(placeOf("K\n\u20ac", "K\n\u20ac;")).toBe("1:1-2:1");
});

it("agrees with counting in the decoded text", () => {
  const text = fc.string({ unit: fc.constantFrom(..."a\r\n\u00e4\u20ac\u{1f511}"), maxLength: 40 });
  fc.assert(
    fc.property(text, (before) => {
      const lines = before.split(/\r\n|\r|\n/);
      const column = [...(lines.at(-1) ?? "")].length + 1;
      expect(placeOf("K", `${before}K`)).toBe(
        `${lines.length}:${column}-${lines.length}:${column}`,
      );
    }),
  );
});

it("goes over a line of 2 MB once, however many places are asked for", () => {
  const bytes = new Uint8Array(2_000_000).fill(0x61);
  const findPlace = createPlaceFinder(bytes);
  const places = Array.from({ length: 1_000 }, (_, index) =>
    findPlace({ start: index * 2_000, end: index * 2_000 + 10 }),
  );
  expect(places.at(-1)).toEqual({ line: 1, column: 1_998_001, lineEnd: 1, columnEnd: 1_998_010 });
});
