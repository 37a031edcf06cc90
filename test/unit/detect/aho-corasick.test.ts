import fc from "fast-check";
import { expect, it } from "vitest";
import { buildAutomaton } from "../../../src/detect/aho-corasick.ts";

/** Every literal with the place behind it, in the order in which the automaton reports them. */
function findAll(literals: readonly string[], text: string): string[] {
  const { columnOf, columnCount, next, outputFrom, outputs } = buildAutomaton(literals);
  const found: string[] = [];
  let state = 0;
  for (let index = 0; index < text.length; index++) {
    state = next[state + (columnOf[text.charCodeAt(index)] ?? 0)] ?? 0;
    if (state < outputFrom) continue;
    for (const literal of outputs[(state - outputFrom) / columnCount] ?? []) {
      found.push(`${literals[literal]}@${index + 1}`);
    }
  }
  return found;
}

function findAllPlainly(literals: readonly string[], text: string): string[] {
  const folded = text.toLowerCase();
  return Array.from({ length: text.length + 1 }, (_, end) =>
    literals
      .filter((literal) => folded.slice(0, end).endsWith(literal))
      .map((at) => `${at}@${end}`),
  ).flat();
}

it("finds literals inside of, behind and across each other, in either case", () => {
  const literals = ["he", "she", "his", "hers"];
  expect(findAll(literals, "uSHErs").toSorted()).toEqual(["he@4", "hers@6", "she@4"]);
});

it("finds nothing when there is no literal", () => {
  expect(findAll([], "anything")).toEqual([]);
});

it("agrees with a plain search on any literals and texts", () => {
  const letters = fc.constantFrom(..."abc_\xe9");
  const literal = fc.string({ unit: letters, minLength: 1, maxLength: 5 });
  const text = fc.string({ unit: fc.constantFrom(..."abcABC_x\xe9\xff"), maxLength: 60 });
  fc.assert(
    fc.property(fc.uniqueArray(literal, { maxLength: 8 }), text, (literals, haystack) => {
      expect(findAll(literals, haystack).toSorted()).toEqual(
        findAllPlainly(literals, haystack).toSorted(),
      );
    }),
  );
});
