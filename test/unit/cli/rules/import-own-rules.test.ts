import { expect, it } from "vitest";
import { importOwnRules } from "../../../../src/cli/rules/import-own-rules.ts";
import { parsePolicyFile } from "../../../../src/config/policy/parse.ts";
import { createOwnSearch } from "../../../../src/job/own/search.ts";
import { tryOwnRule } from "../../../../src/job/own/try-own-rule.ts";
import { seededRandom } from "../../../../src/lib/seeded-random.ts";
import { expand } from "../../../../src/rules/expand.ts";

const rule = (id: string, fields: string) => `[[rules]]\nid = "${id}"\n${fields}\n`;
const QUOTES = "\\x60'\"\\s";

/** In the form that gitleaks' own configuration has. */
const TOML = [
  rule(
    "Acme API_key",
    `description = "Acme key"\nkeywords = ["acme"]\nentropy = 3.5\nregex = '''(?i)[\\w.-]{0,50}?(?:acme)(?:[ \\t\\w.-]{0,20})[=: ]{1,5}[${QUOTES.replace("'", "")}]{0,5}([a-f0-9]{32})(?:[\\x60"\\s;]|\\\\[nr]|$)'''`,
  ),
  rule(
    "second-group",
    `regex = '''\\b(?P<kind>live|test)_acme_([A-Z2-7]{24})\\b'''\nsecretGroup = 2`,
  ),
  rule("near-keyword", `regex = '''\\b[A-Z0-9]{40}\\b'''\nkeywords = ["acme"]`),
  rule("generic-assigned", `regex = '''zeta[a-z]*=([a-z0-9]{20,})'''`),
].join("\n");

const TEXTS: readonly (readonly [string, string])[] = [
  ["own-acme-api-key", 'acme.key = "{{hex:32}}"'],
  ["own-second-group", "live_acme_{{[A-Z2-7]:24}}"],
  ["own-near-keyword", "acme: {{[A-Z0-9]:40}}"],
  ["own-generic-assigned", "zetakey={{[a-z0-9]:22}}"],
];

it("makes a configuration that loads, and whose rules find what the imported ones would", () => {
  const { yaml = "", importedCount, refused, notes } = importOwnRules(TOML);
  expect({ importedCount, refused }).toEqual({ importedCount: 4, refused: [] });
  expect(notes).toEqual([
    {
      id: "near-keyword",
      text: "One of its keywords has to stand within 2 KB of a match, not anywhere in the file.",
    },
  ]);
  const { policy, problems } = parsePolicyFile(yaml, "repository");
  expect(problems).toEqual([]);
  const tried = (policy?.ownRules ?? []).map(tryOwnRule);
  expect(tried.map(({ refusal }) => refusal)).toEqual(TEXTS.map(() => undefined));
  const search = createOwnSearch(tried.map((one) => one.rule).filter((one) => one !== undefined));
  for (const [id, template] of TEXTS) {
    const text = expand(template, seededRandom(id));
    const found = search(new TextEncoder().encode(text), new Set(), { isOver: () => false });
    expect(found.map(({ rule: { id: foundId } }) => foundId)).toEqual([id]);
  }
  expect(policy?.ownRules.map(({ lane }) => lane)).toEqual([
    "provider",
    "provider",
    "provider",
    "generic",
  ]);
});

it("takes the group that is the key, and keeps the pattern otherwise", () => {
  const { yaml = "" } = importOwnRules(TOML);
  const { policy } = parsePolicyFile(yaml, "repository");
  expect(policy?.ownRules.map(({ pattern }) => pattern)[1]).toBe(
    "\\b(?P<kind>live|test)_acme_(?P<key>[A-Z2-7]{24})\\b",
  );
});

it("proves what it can by examples that hold no key", () => {
  const { yaml = "" } = importOwnRules(TOML);
  const { policy } = parsePolicyFile(yaml, "repository");
  const examples = policy?.ownRules.flatMap((one) => one.examples) ?? [];
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) expect(example).toContain("{{");
});

it("leaves out what would not count, each with its reason", () => {
  const toml = [
    rule("files", `path = '''\\.p12$'''`),
    rule("no-literal", `regex = '''\\b[a-z0-9]{32}\\b'''`),
    rule("too-large", `regex = '''acme_[a-z]{500}[0-9]{600}'''`),
    rule("no-group", `regex = '''acme_([a-z]{30})'''\nsecretGroup = 2`),
    rule("twice_a", `regex = '''twice_[a-z0-9]{20}'''`),
    rule("twice-a", `regex = '''twice_[a-z0-9]{22}'''`),
  ].join("\n");
  const { importedCount, refused } = importOwnRules(toml);
  expect(importedCount).toBe(1);
  expect(refused).toEqual([
    { id: "files", text: expect.stringContaining("paths alone") },
    { id: "no-literal", text: expect.stringContaining("name keywords") },
    { id: "too-large", text: expect.stringContaining("instructions") },
    { id: "no-group", text: expect.stringContaining("no group 2") },
    { id: "twice-a", text: "another rule has this id" },
  ]);
});
