import { expect, it } from "vitest";
import { nameKeyGroup } from "../../../../src/rules/import/name-key-group.ts";

it.each([
  ["a(b)c", 1, "a(?P<key>b)c"],
  ["(?i)(?:x)(y)(z)", 2, "(?i)(?:x)(y)(?P<key>z)"],
  ["(?P<kind>a)(?P<value>b)", 2, "(?P<kind>a)(?P<key>b)"],
  ["[(](b)", 1, "[(](?P<key>b)"],
  ["[^()\\]](b)", 1, "[^()\\]](?P<key>b)"],
  ["\\((b)\\)", 1, "\\((?P<key>b)\\)"],
  ["\\Q(a\\E(b)", 1, "\\Q(a\\E(?P<key>b)"],
  ["[[:alpha:](]((b))", 2, "[[:alpha:](]((?P<key>b))"],
])("%s: group %i becomes %s", (pattern, group, named) => {
  expect(nameKeyGroup(pattern, group)).toBe(named);
});

it("says that there is no such group", () => {
  expect(() => nameKeyGroup("(?:a)(b)", 2)).toThrow("no group 2");
});
