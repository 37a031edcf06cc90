import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parsePolicyFile, restorePolicy } from "../../../../src/config/policy/parse.ts";
import { POLICY_SETTINGS } from "../../../../src/config/policy/settings.ts";
import { githubToken } from "../../../support/random-keys.ts";

function listProblems(text: string): string[] {
  return parsePolicyFile(text, "repository").problems.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

const ENTRY = "allow:\n  - key: 0a1b2c3d4e\n    reason: a sample\n";

describe("reads", () => {
  it("a file that says nothing", () => {
    for (const text of ["", "# nothing yet\n", "{}", "\uFEFF"]) {
      expect(parsePolicyFile(text, "repository").policy).toMatchObject({ exclude: [], allow: [] });
    }
  });

  it("every setting, with the place of each", () => {
    const text = [
      "lock: [issues]",
      "permit: [allow-provider, exclude-provider]",
      "paths:",
      "  exclude: ['*.snap', test/**]",
      "rules:",
      "  own:",
      "    - id: own-acme-token",
      "      name: Token of Acme",
      "      pattern: acme_(?P<key>[a-z0-9]{32})",
      "      lane: provider",
      "      severity: critical",
      "      entropy: 3.5",
      "      ignore_case: true",
      "      keywords: [ACME_]",
      '      examples: ["acme_{{[a-z0-9]:32}}"]',
      "allow:",
      "  - rule: generic-assigned-key",
      "    paths: [test/**]",
      "    reason: made up",
      "    until: 2026-12-31",
      "issues:",
      "  repository: acme/leaks",
      "  labels: [security]",
      "  assignees: [octocat]",
      "  fallback: acme/security",
    ].join("\n");
    expect(parsePolicyFile(text, "organisation").policy).toEqual({
      source: "organisation",
      lock: ["issues"],
      permit: ["allow-provider", "exclude-provider"],
      exclude: ["*.snap", "test/**"],
      ownRules: [
        {
          id: "own-acme-token",
          name: "Token of Acme",
          pattern: "acme_(?P<key>[a-z0-9]{32})",
          lane: "provider",
          severity: "critical",
          entropyMin: 3.5,
          ignoreCase: true,
          keywords: ["acme_"],
          examples: ["acme_{{[a-z0-9]:32}}"],
          nonExamples: [],
          place: { line: 7, column: 7 },
        },
      ],
      allow: [
        {
          rule: "generic-assigned-key",
          paths: ["test/**"],
          reason: "made up",
          until: "2026-12-31",
          place: { line: 17, column: 5 },
        },
      ],
      issues: {
        repository: "acme/leaks",
        labels: ["security"],
        assignees: ["octocat"],
        fallback: "acme/security",
      },
      places: {
        lock: { line: 1, column: 1 },
        permit: { line: 2, column: 1 },
        "paths.exclude": { line: 4, column: 3 },
        "rules.own": { line: 6, column: 3 },
        allow: { line: 16, column: 1 },
        "issues.repository": { line: 22, column: 3 },
        "issues.labels": { line: 23, column: 3 },
        "issues.assignees": { line: 24, column: 3 },
        "issues.fallback": { line: 25, column: 3 },
      },
    });
  });

  it.each(["0123456789", "12345e6789", "ABCDEF0123"])("the key id %s as text", (id) => {
    const { policy } = parsePolicyFile(ENTRY.replace("0a1b2c3d4e", id), "repository");
    expect(policy?.allow[0]?.key).toBe(id.toLowerCase());
  });
});

it("restores what was stored, and nothing from another form", () => {
  const parsed = parsePolicyFile(`${ENTRY}paths: {exclude: [a/**]}`, "repository");
  const stored = parsed.policy === undefined ? "" : parsed.stored;
  expect(restorePolicy(stored, "repository")).toEqual(parsed.policy);
  for (const other of ["", "[]", "{", '{"value":{"colour":"red"},"places":{}}']) {
    expect(restorePolicy(other, "repository")).toBeUndefined();
  }
});

describe("reports with line and column", () => {
  const NOT_KNOWN = "is not known here: remove it; known here:";
  it.each([
    ["an unknown setting", "colour: red", `1:1 "colour" ${NOT_KNOWN} lock, permit, paths,`],
    [
      "a misspelt setting",
      "paths:\n  exlude: [a]",
      '2:3 "exlude" is not known here: did you mean "exclude"?',
    ],
    ["a misspelt topic", "isues: {}", '1:1 "isues" is not known here: did you mean "issues"?'],
    [
      "a misspelt key of an entry",
      `${ENTRY}    untill: 2026-12-31`,
      '4:5 "untill" is not known here: did you mean "until"?',
    ],
    ["a topic that is not built yet", "gate: {}", `1:1 "gate" ${NOT_KNOWN}`],
    [
      "a value pattern",
      `${ENTRY}    value: a+`,
      `4:5 "value" ${NOT_KNOWN} key, rule, paths, reason, until`,
    ],
    ["an issue template", "issues:\n  template: x", `2:3 "template" ${NOT_KNOWN}`],
    ["a list where settings belong", "- a", "1:1 write settings at the top"],
    [
      "text where a list belongs",
      "paths:\n  exclude: a/**",
      "2:3 paths, exclude: write a list of path patterns",
    ],
    [
      "nothing where a list belongs",
      "paths:\n  exclude:",
      "2:3 paths, exclude: write a list of path patterns",
    ],
    [
      "a list where text belongs",
      "issues:\n  repository: [a]",
      "2:3 issues, repository: write a repository as owner/name",
    ],
    [
      "a map in a list of text",
      "paths:\n  exclude:\n    - a\n    - b: c",
      "4:7 paths, exclude 2: write a path pattern here",
    ],
    [
      "an entry without a reason",
      "allow:\n  - key: 0a1b2c3d4e",
      "2:5 allow 1, reason: give a reason",
    ],
    ["a short reason", ENTRY.replace("a sample", "ok"), "3:5 allow 1, reason: give a reason"],
    [
      "neither key nor rule",
      "allow:\n  - reason: a sample",
      "2:5 allow 1: name either a key or a rule",
    ],
    ["both key and rule", `${ENTRY}    rule: a-b`, "2:5 allow 1: name either a key or a rule"],
    [
      "an id that is too short",
      ENTRY.replace("0a1b2c3d4e", "0a1b2c3d"),
      "2:5 allow 1, key: write the id",
    ],
    [
      "an id as long as a key",
      ENTRY.replace("0a1b2c3d4e", "ab".repeat(16)),
      "2:5 allow 1, key: write the id",
    ],
    [
      "a day that does not exist",
      `${ENTRY}    until: 2026-02-30`,
      "4:5 allow 1, until: write a day that exists",
    ],
    [
      "a day in another form",
      `${ENTRY}    until: 31.12.2026`,
      "4:5 allow 1, until: write a day that exists",
    ],
    ["a permission of another name", "permit: [all]", "1:10 permit 1: what can be permitted"],
    ["a lock of another name", "lock: [permit]", "1:8 lock 1: what can be locked"],
    [
      "a login with an @",
      "issues: {assignees: ['@a']}",
      "1:22 issues, assignees 1: write a login of GitHub",
    ],
    [
      "a team of another form",
      "issues: {fallback: a/b/c}",
      "1:10 issues, fallback: write a login, or a team",
    ],
    ["a label with a comma", "issues: {labels: ['a,b']}", "1:19 issues, labels 1: a label has"],
    ["a key that stands twice", "allow: []\nallow: []", "2:1 this key stands here twice"],
    ["an alias", "lock: &a [issues]\npermit: *a", "2:9 aliases (*name) are not read"],
    ["a tag", "lock: !set [issues]", "1:7 tags (!name) are not read"],
    ["a second document", "lock: []\n---\nlock: []", "2:1 only one document"],
    ["a list that is not closed", "lock: [issues\n", "2:1 begin this in the same column"],
    ["a tab", "paths:\n\texclude: []", "2:1 indent with spaces"],
    ["a map as a key", "? {a: b}\n: c", "1:3 a key must be plain text"],
  ])("%s", (_what, text, expected) => {
    expect(listProblems(text)).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    ["", "write a path pattern"],
    ["/test/**", "leave out the first /"],
    ["test/", "write folder/**"],
    ["!test", "cannot be negated"],
    ["a\\\\b", "with /"],
    ["../a", "leave out ./ and ../"],
    ["a//b", "a / too many"],
    ["{a,b}", "one pattern per line"],
    ["[ab]", "one pattern per line"],
    ["a**", "** stands alone"],
    ["**/*", "matches every file"],
    ["a\\u202eb", "invisible"],
    ["a".repeat(101), "at most 100"],
  ])("the pattern %j", (glob, advice) => {
    expect(listProblems(`paths: {exclude: ["${glob}"]}`)).toEqual([
      expect.stringMatching(/^1:19 paths, exclude 1: /),
    ]);
    expect(listProblems(`paths: {exclude: ["${glob}"]}`)[0]).toContain(advice);
  });

  it("all problems of a file at once, in the order of the lines, at most fifty", () => {
    expect(listProblems("zeta: 1\nallow:\n  - key: x\npaths: 3\n")).toHaveLength(4);
    const many = Array.from(
      { length: 80 },
      (_, index) => `zeta${"x".repeat(index % 20)}${index}: 1`,
    );
    expect(listProblems(many.join("\n"))).toHaveLength(50);
    expect(listProblems(`a: "${"\\x".repeat(200)}"`)).toHaveLength(50);
  });
});

it("never repeats a value, nor a key of YAML that may be a key", () => {
  const key = githubToken("policy");
  const texts = [
    `${key}: 1`,
    `paths: {exclude: ${key}}`,
    `allow: [{key: ${key}, reason: a sample}]`,
    `allow: [{rule: ${key}, reason: a sample}]`,
    `allow: [{key: 0a1b2c3d4e, reason: it is ${key}}]`,
    `issues: {labels: [${key}], repository: ${key}, fallback: "@${key}"}`,
    `lock: *${key}`,
    `lock: !${key} [issues]`,
    `a: b ${key}: "${key}" ${key}`,
  ];
  for (const text of texts) {
    const problems = listProblems(text);
    expect(problems).not.toEqual([]);
    expect(problems.join("\n")).not.toContain(key);
  }
});

describe("is precise, and soon done, with", () => {
  const BYTES = 256 * 1024;
  const fill = (piece: string): string => piece.repeat(Math.floor(BYTES / piece.length));
  it.each([
    ["5 MB", "a: 1\n".repeat(1_000_000), "1:1 the file has 4,883 KB, and at most 256 KB are read"],
    ["an alias bomb", bomb(), "2:10 aliases (*name) are not read: write the value out"],
    ["lists in lists", fill("["), "this is nested too deeply"],
    ["maps in maps as keys", fill("? "), "this is nested too deeply"],
    [
      "thousands of keys",
      Array.from({ length: 25_000 }, (_, n) => `k${n}: 1`).join("\n"),
      "1:1 this setting is not known",
    ],
    ["thousands of anchors", fill("&a "), "1:4 "],
    ["a deep tree", "a: {b: {c: {d: {e: {f: {g: {}}}}}}}", "deeper than 6 levels"],
  ])("%s", (_what, text, expected) => {
    const problems = listProblems(text);
    expect(problems.join("\n")).toContain(expected);
    expect(problems.length).toBeLessThanOrEqual(50);
  });

  it("keys of objects themselves", () => {
    expect(listProblems("__proto__: {lock: [issues]}")).toHaveLength(1);
    expect(listProblems("constructor: 1")).toHaveLength(1);
  });
});

function bomb(): string {
  const lines = Array.from({ length: 20 }, (_, n) => `a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`);
  return ["a: &a-1 [x]", ...lines].join("\n");
}

describe("docs/configuration.md", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/configuration.md"), "utf8");
  const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");

  it("has examples that count, and one of every setting", () => {
    const used = new Set<string>();
    for (const text of examples) {
      const source = text.startsWith("# rekeeper.yml of the org") ? "organisation" : "repository";
      const { policy, problems } = parsePolicyFile(text, source);
      expect(problems).toEqual([]);
      for (const key of Object.keys(policy?.places ?? {})) used.add(key);
    }
    expect([...used].sort()).toEqual(POLICY_SETTINGS.map(({ key }) => key).sort());
  });

  it("says of every setting who may set it, as the table in the code does", () => {
    const repository = { base: "no", both: "yes", "base-first": "where the base leaves it open" };
    for (const { key, setBy, joined } of POLICY_SETTINGS) {
      expect(page).toContain(`| \`${key}\` | yes | ${repository[setBy]} | ${joined} |`);
    }
  });
});
