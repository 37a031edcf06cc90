import { expect, it } from "vitest";
import { importRules } from "../../../../src/cli/rules/import-rules.ts";
import { UsageError } from "../../../../src/cli/usage-error.ts";
import { compileAll } from "../../../support/rule-files.ts";

const rule = (id: string, fields: string) => `[[rules]]\nid = "${id}"\n${fields}\n`;

it("makes a file that compiles and proves itself, and says what is different", () => {
  const toml = [
    rule(
      "Acme API_key",
      `description = "Acme key"\nregex = '''(?i)acme_([0-9a-f]{32})'''\nentropy = 3.5`,
    ),
    rule("acme-open", `regex = '''aopen-[a-z]+'''\n[[rules.allowlists]]\nstopwords = ["x"]`),
  ].join("\n");
  const { yaml = "", importedCount, refused, notes } = importRules(toml, "acme");
  expect({ importedCount, refused }).toEqual({ importedCount: 2, refused: [] });
  expect(notes).toEqual([
    { id: "acme-open", text: "Repetitions without an end stop at 256." },
    { id: "acme-open", text: "Its allow list is left out: it may report more." },
  ]);
  const { rules } = compileAll([{ name: "acme.yml", text: yaml }]);
  expect(rules.map(({ id, name, entropyMin, flags }) => ({ id, name, entropyMin, flags }))).toEqual(
    [
      { id: "acme-api-key", name: "Acme key", entropyMin: 3.5, flags: "im" },
      { id: "acme-open", name: "acme-open", entropyMin: 0, flags: "m" },
    ],
  );
});

it("leaves out what it cannot convert, each with its reason", () => {
  const toml = [
    rule("files", `path = '''\\.p12$'''`),
    rule("no-literal", `regex = '''\\b[a-z0-9]{32}\\b'''`),
    rule("twice-a", `regex = '''twice_[a-z0-9]{20}'''`),
    rule("twice-b", `regex = '''twice_[a-z0-9]{20}'''`),
  ].join("\n");
  const { importedCount, refused } = importRules(toml, "own");
  expect(importedCount).toBe(1);
  expect(refused).toEqual([
    { id: "files", text: expect.stringContaining("paths alone") },
    { id: "no-literal", text: expect.stringContaining("no literal") },
    { id: "own-twice-b", text: expect.stringContaining("finds the same") },
  ]);
});

it.each([
  ["[[rules", "This is no TOML"],
  ["title = 'x'", "has no [[rules]]"],
])("refuses %j", (toml, reason) => {
  expect(() => importRules(toml, "own")).toThrow(UsageError);
  expect(() => importRules(toml, "own")).toThrow(reason);
});
