import { expect, it } from "vitest";
import { rewriteRe2 } from "../../../../src/rules/import/from-re2.ts";

it.each([
  ["(?i)abc[a-z]{3}", 0, "abc[a-z]{3}", true],
  ["(?P<name>abc)\\z", 0, "(?<name>abc)$", false],
  ["\\Aabc[[:alnum:]]{4}", 0, "^abc[A-Za-z0-9]{4}", false],
  ["abc.*d+?e{2,}", 0, "abc.{0,256}d{1,256}?e{2,256}", false],
  ["(abc)(def)", 2, "(abc)(?<key>def)", false],
  ["[\\w.-]{0,50}?(?:abc)", 0, "(?:abc)", false],
  ["abc(?i:def)", 0, "abc(?:def)", true],
  ["abc[*+]{2}", 0, "abc[*+]{2}", false],
])("rewrites %s with group %i", (source, group, pattern, ignoreCase) => {
  expect(rewriteRe2(source, group)).toMatchObject({ pattern, ignoreCase });
});

it("says what the new pattern does differently", () => {
  expect(rewriteRe2("abc(?i)def+", 0).notes).toEqual([
    "Case counts nowhere in it: it did in a part of the pattern.",
    "Repetitions without an end stop at 256.",
  ]);
  expect(rewriteRe2("(?i)abc", 0).notes).toEqual([]);
});

it.each([
  ["abc\\pL", 0, "classes or quotes"],
  ["abc(", 0, "no regular expression"],
  ["(abc)", 2, "no group 2"],
])("refuses %s with its reason", (source, group, reason) => {
  expect(() => rewriteRe2(source, group)).toThrow(reason);
});
