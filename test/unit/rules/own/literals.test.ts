import { expect, it } from "vitest";
import { deriveLiterals } from "../../../../src/rules/own/literals.ts";

it.each([
  ["acme_[a-z0-9]{32}", ["acme_"]],
  ["ACME_[a-z0-9]{32}", ["acme_"]],
  ["(?i)[\\w.-]{0,50}?(?:acme)[ =]{1,5}([a-z0-9]{32})", ["acme"]],
  ["(?:foo|bar)_[a-z]{8}", ["foo_", "bar_"]],
  ["[a-z]+\\.zeta-(?P<key>[0-9]+)", [".zeta-"]],
  ["x[01]y-[0-9]{8}", ["x0y-", "x1y-"]],
  ["a{5}[0-9]{8}", ["aaaaa"]],
  ["(?:abcq){2}[0-9]", ["abcq"]],
])("%s stands near %j", (pattern, literals) => {
  expect(deriveLiterals(pattern)).toEqual(literals);
});

it.each([
  "[a-z0-9]{32}",
  "(?:acme_)?[a-z0-9]{32}",
  "acme_[0-9]{8}|[a-z]{32}",
  "a+b+[0-9]{8}",
  "\\Qacme\\E[0-9]{8}",
  "\\x{e9}cme[0-9]{8}",
  "\\acme[0-9]{8}",
])("%s does not tell a text that every match holds", (pattern) => {
  expect(() => deriveLiterals(pattern)).toThrow("name keywords");
});
