import { describe, expect, it } from "vitest";
import { compileGlobs } from "../../../src/triage/path-globs.ts";

it.each<[string, string[], string[]]>([
  ["*.md", ["a.md", "docs/a.md", ".md", "docs/\n.md"], ["a.mdx", "a.md/b", "amd"]],
  ["docs/*.md", ["docs/a.md"], ["a.md", "docs/x/a.md", "x/docs/a.md"]],
  ["docs/**", ["docs/a", "docs/x/a.md", "docs/x\ny/a"], ["docs", "x/docs/a"]],
  ["**/test/**", ["test/a", "x/test/a", "x/y/test/z/a"], ["test", "xtest/a", "x/tests/a"]],
  ["a?.txt", ["ab.txt", "x/a1.txt"], ["a.txt", "abc.txt", "a/.txt"]],
  ["a+(b)[c].{x}", ["a+(b)[c].{x}"], ["aab.x", "a+(b)[c]_{x}"]],
  ["package-lock.json", ["package-lock.json", "web/package-lock.json"], ["package-lock_json"]],
  ["**", ["a", "a/b"], []],
])("%s matches %j and not %j", (glob, matching, others) => {
  const matches = compileGlobs([glob]);
  expect(matching.filter((path) => !matches(path))).toEqual([]);
  expect(others.filter((path) => matches(path))).toEqual([]);
});

it("matches what any of several globs does, and nothing without globs", () => {
  const matches = compileGlobs(["*.md", "vendor/**"]);
  expect([matches("a.md"), matches("vendor/a.go"), matches("a.go")]).toEqual([true, true, false]);
  expect(compileGlobs([])("a")).toBe(false);
});

it("decides a hostile path in time that grows with its length", () => {
  const matches = compileGlobs(["**/a/**/b/**/c"]);
  const started = process.cpuUsage().user;
  expect(matches(`${"a/b/".repeat(500)}x`)).toBe(false);
  expect((process.cpuUsage().user - started) / 1_000).toBeLessThan(1_000);
});

describe("patterns that people may write", () => {
  it.each([
    ["**/test/**", "test/a", true],
    ["**/test/**", "a/b/test/c/d", true],
    ["**/test/**", "a/test", false],
    ["a/**/b", "a/b", true],
    ["a/**/b", "a/x/y/b", true],
    ["a/**/b/**/c", "a/b/x/b/y/c", true],
    ["a/**/b/**/c", "a/x/c", false],
    ["folder/**", "folder", false],
    ["*", ".env", true],
    ["*.pem", "deep/in/.server.pem", true],
    ["a*b*c", "aXbYbZc", true],
    ["a*b*c", "aXbYbZ", false],
    ["a.b", "aXb", false],
    ["a?c/*", "abc/d", true],
    ["a?c/*", "a/c/d", false],
  ])("%s at %s: %j", (glob, path, expected) => {
    expect(compileGlobs([glob])(path)).toBe(expected);
  });

  it("are soon refused where a regular expression would try ever more ways", () => {
    const stars = compileGlobs([`${"*a".repeat(49)}b`, `${"**/".repeat(30)}x`]);
    expect(stars(`${"a".repeat(1_000)}`)).toBe(false);
    expect(stars(`${"a/".repeat(500)}a`)).toBe(false);
  });

  it("match no path of more than 1,024 characters", () => {
    expect(compileGlobs(["*a"])("a".repeat(1_024))).toBe(true);
    expect(compileGlobs(["*a"])("a".repeat(1_025))).toBe(false);
  });
});
