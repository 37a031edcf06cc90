import { describe, expect, it } from "vitest";
import { parseProviderFile } from "../../../src/rules/schema.ts";
import { toyFile } from "../../support/toy-rules.ts";

const VALID = toyFile([{ id: "toy-key", pattern: "zed_[a-z]{9}" }]);

/** For example `toy.yml:3:1 unknown key "colour": remove it`. */
function listProblems(text: string): string[] {
  return parseProviderFile({ name: "toy.yml", text }).problems.map(
    ({ file, line, column, message }) => `${file}:${line}:${column} ${message}`,
  );
}

it("returns the content with defaults filled in", () => {
  const { provider } = parseProviderFile({ name: "toy.yml", text: VALID });
  expect(provider?.rules[0]).toMatchObject({
    pattern: "zed_[a-z]{9}",
    ignore_case: false,
    entropy: 0,
    skip_references: false,
    test_key: false,
    not_in: [],
    parts: [],
  });
});

it("places a problem at the value's key", () => {
  const { locate } = parseProviderFile({ name: "toy.yml", text: VALID });
  const line = VALID.split("\n").findIndex((text) => text.includes("pattern:")) + 1;
  expect(locate?.(["rules", 0, "pattern"], "too loose")).toEqual({
    file: "toy.yml",
    line,
    column: 5,
    message: "too loose",
  });
});

describe("reports with line and column", () => {
  it("an unknown key, at any depth", () => {
    expect(listProblems(`colour: red\n${VALID}`)).toEqual([
      'toy.yml:1:1 unknown key "colour": remove it',
    ]);
    const line = VALID.split("\n").findIndex((text) => text.includes("page:")) + 1;
    expect(listProblems(VALID.replace("  page:", "  colour: red\n  page:"))).toEqual([
      `toy.yml:${line}:3 unknown key "colour": remove it`,
    ]);
  });

  it("a wrong type", () => {
    const line = VALID.split("\n").findIndex((text) => text.includes("severity:")) + 1;
    expect(listProblems(VALID.replace("severity: high", "severity: severe"))).toEqual([
      expect.stringMatching(new RegExp(`^toy.yml:${line}:5 rules.0.severity: Invalid option`)),
    ]);
  });

  it("a missing value, at the nearest thing that is there", () => {
    const line = VALID.split("\n").findIndex((text) => text.includes("rotate:")) + 1;
    expect(listProblems(VALID.replace(/^ {2}proof:.*\n/m, ""))).toEqual([
      expect.stringMatching(new RegExp(`^toy.yml:${line}:1 rotate.proof: `)),
    ]);
  });

  it("all problems of a file at once", () => {
    const text = VALID.replace("docs: https:", "docs: http:").replace("lane: provider", "lane: 7");
    expect(listProblems(text)).toHaveLength(2);
  });

  it.each([
    { what: "a key that stands twice", text: "a: 1\na: 2\n", at: "2:1" },
    { what: "text that is no YAML", text: "a: [1\n", at: "2:1" },
    { what: "a file without content", text: "", at: "1:1" },
    { what: "a list where a map belongs", text: "- 1\n", at: "1:1" },
  ])("$what", ({ text, at }) => {
    expect(listProblems(text)[0]).toMatch(new RegExp(`^toy.yml:${at} `));
  });
});

it.each([
  { field: "fewer than four steps", from: /\n {4}- Delete\./, to: "" },
  { field: "fewer than two examples", from: /\n {6}- two/, to: "" },
  { field: "no non-example", from: /\n {6}- three/, to: "" },
  { field: "an id of one word", from: "id: toy-key", to: "id: toykey" },
  { field: "an entropy over eight bits", from: "lane:", to: "entropy: 9\n    lane:" },
  { field: "a span over 16 KiB", from: "lane:", to: "span: 16385\n    lane:" },
])("refuses $field", ({ from, to }) => {
  expect(VALID.replace(from, to)).not.toBe(VALID);
  expect(listProblems(VALID.replace(from, to))).not.toEqual([]);
});
