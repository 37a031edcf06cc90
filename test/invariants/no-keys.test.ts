/** Our own scanner finds no key of a known provider in any file of this repository. */
import { expect, it } from "vitest";
import { createScanner } from "../../src/detect/scan.ts";
import { parseCompiledRules } from "../../src/rules/load.ts";
import { awsPair, githubToken } from "../support/random-keys.ts";
import { listTextFiles, readText, type TextFile } from "../support/repository-files.ts";

/** As `npm run prepare` built them: the rules the program loads. */
const rules = parseCompiledRules(readText("build/rules.json"));
const laneOf = new Map(rules.rules.map(({ id, lane }) => [id, lane]));
const scanner = createScanner(rules);

it("no file holds a key of a known provider: build it at run time instead", () => {
  const files = listTextFiles(() => true);
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap(listKeys)).toEqual([]);
});

it.each([
  ["a token in a test", `const token = "${githubToken("planted")}";`, "github-"],
  ["a pair in a document", awsPair("planted").ini, "aws-"],
])("reports planted: %s", (_what, text, rule) => {
  expect(listKeys({ path: "test/a.test.ts", text })).toEqual([
    expect.stringMatching(new RegExp(`^test/a\\.test\\.ts:\\d+: ${rule}`)),
  ]);
});

/** Shows where and of what kind, masked: a test's output is read by many. */
function listKeys({ path, text }: TextFile): string[] {
  const { findings } = scanner.scan(new TextEncoder().encode(text));
  return findings
    .filter(({ rule }) => laneOf.get(rule) === "provider")
    .map(({ rule, key, place }) => `${path}:${place.line}: ${rule} ${key}`);
}
