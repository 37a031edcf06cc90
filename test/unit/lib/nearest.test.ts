import { expect, it } from "vitest";
import { findNearest } from "../../../src/lib/nearest.ts";

it.each([
  ["exlude", "exclude"],
  ["Excludes", "exclude"],
  ["isues", "issues"],
  ["alow", "allow"],
  ["paths", "paths"],
  ["colour", undefined],
  ["x", undefined],
  ["", undefined],
  ["exclude".repeat(10), undefined],
])("of %j it is %j", (word, expected) => {
  expect(findNearest(word, ["paths", "allow", "issues", "exclude"])).toBe(expected);
});
