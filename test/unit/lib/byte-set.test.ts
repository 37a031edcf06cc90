import fc from "fast-check";
import { expect, it } from "vitest";
import { byteSetFromHex, byteSetToHex } from "../../../src/lib/byte-set.ts";

it("puts four bytes into each hex digit, the lowest in the lowest bit", () => {
  const set = new Uint8Array(256);
  set[0] = 1;
  set[5] = 1;
  expect(byteSetToHex(set)).toBe(`12${"0".repeat(62)}`);
});

it("reads back whatever it wrote", () => {
  const sets = fc.array(fc.nat(1), { minLength: 256, maxLength: 256 });
  fc.assert(
    fc.property(sets, (members) => {
      const set = Uint8Array.from(members);
      expect(byteSetFromHex(byteSetToHex(set))).toEqual(set);
    }),
  );
});

it.each(["", "0".repeat(63), "g".repeat(64), "A".repeat(64)])("refuses %j", (hex) => {
  expect(() => byteSetFromHex(hex)).toThrow(TypeError);
});
