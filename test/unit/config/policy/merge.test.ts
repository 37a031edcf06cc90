import { describe, expect, it } from "vitest";
import { mergePolicies } from "../../../../src/config/policy/merge.ts";
import { parsePolicyFile } from "../../../../src/config/policy/parse.ts";
import type { EffectivePolicy, Policy, PolicySource } from "../../../../src/model/policy.ts";

function policyOf(text: string | undefined, source: PolicySource): Policy | undefined {
  if (text === undefined) return undefined;
  const { policy, problems } = parsePolicyFile(text, source);
  if (policy === undefined) throw new Error(problems.map(({ message }) => message).join("\n"));
  return policy;
}

function merge(base: string | undefined, repository: string | undefined): EffectivePolicy {
  return mergePolicies(policyOf(base, "organisation"), policyOf(repository, "repository"));
}

function warningsOf(base: string | undefined, repository: string): string[] {
  return merge(base, repository).warnings.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

const fromBase = (value: string) => ({ value, source: "organisation" });
const fromOwn = (value: string) => ({ value, source: "repository" });

it("has nothing in force without files", () => {
  expect(merge(undefined, undefined)).toEqual({
    permit: [],
    ownRules: [],
    exclude: [],
    allow: [],
    issues: { labels: [], assignees: [] },
    origins: [],
    warnings: [],
  });
});

it("joins lists, and says of each value where it is from", () => {
  const policy = merge(
    "paths: {exclude: [a/**]}\nissues: {labels: [x]}\nallow: [{rule: a-b, reason: base says so}]",
    "paths: {exclude: [b/**]}\nissues: {labels: [y]}\nallow: [{rule: c-d, reason: own says so}]",
  );
  expect(policy.exclude).toEqual([fromBase("a/**"), fromOwn("b/**")]);
  expect(policy.issues.labels).toEqual([fromBase("x"), fromOwn("y")]);
  expect(policy.allow.map(({ rule, source }) => [rule, source])).toEqual([
    ["a-b", "organisation"],
    ["c-d", "repository"],
  ]);
  expect(policy.warnings).toEqual([]);
});

it("adds the own rules of both, and leaves out a repository's where the id is taken", () => {
  const rule = (id: string, pattern: string) =>
    `rules:\n  own:\n    - {id: ${id}, name: Some key, pattern: "${pattern}", lane: provider, severity: high}\n`;
  const joined = merge(rule("own-a", "aaa_x"), rule("own-b", "bbb_x"));
  expect(joined.ownRules.map(({ id, source }) => [id, source])).toEqual([
    ["own-a", "organisation"],
    ["own-b", "repository"],
  ]);
  expect(joined.origins.map(({ key, source }) => [key, source])).toEqual([
    ["rules.own", "organisation"],
    ["rules.own", "repository"],
  ]);
  const clashing = merge(rule("own-a", "aaa_x"), rule("own-a", "zzz_x"));
  expect(clashing.ownRules.map(({ pattern }) => pattern)).toEqual(["aaa_x"]);
  expect(warningsOf(rule("own-a", "aaa_x"), rule("own-a", "zzz_x"))).toEqual([
    "3:7 the organisation has a rule of this id: choose another one",
  ]);
});

it("keeps repositories from adding rules where the organisation locked that", () => {
  const own =
    "rules:\n  own:\n    - {id: own-a, name: Some key, pattern: aaa_x, lane: generic, severity: low}\n";
  for (const lock of ["rules", "rules.own"]) {
    expect(merge(`lock: [${lock}]`, own).ownRules).toEqual([]);
    expect(warningsOf(`lock: [${lock}]`, own)).toEqual([
      "2:3 the organisation locked rules.own: remove it here, or ask for it there",
    ]);
  }
});

it("lets a repository replace assignees and fallback, and names only what is in force", () => {
  const policy = merge(
    "issues: {assignees: [ann], fallback: acme/security}",
    "issues:\n  assignees: [bob]\n",
  );
  expect(policy.issues.assignees).toEqual([fromOwn("bob")]);
  expect(policy.issues.fallback).toEqual(fromBase("acme/security"));
  expect(policy.origins).toEqual([
    { key: "issues.fallback", source: "organisation", line: 1, column: 28 },
    { key: "issues.assignees", source: "repository", line: 2, column: 3 },
  ]);
});

describe("issues.repository", () => {
  it("is the repository's where the base leaves it open", () => {
    const policy = merge("issues: {labels: [x]}", "issues: {repository: acme/leaks}");
    expect(policy.issues.repository).toEqual(fromOwn("acme/leaks"));
  });

  it("is the base's where it says so", () => {
    const own = "issues:\n  repository: acme/other\n  labels: [y]";
    const policy = merge("issues: {repository: acme/leaks}", own);
    expect(policy.issues.repository).toEqual(fromBase("acme/leaks"));
    expect(policy.issues.labels).toEqual([fromOwn("y")]);
    expect(warningsOf("issues: {repository: acme/leaks}", own)).toEqual([
      "2:3 the organisation sets issues.repository, and that counts: remove it here",
    ]);
  });
});

describe("leaves out, with a warning at its line,", () => {
  it.each([
    ["permit", "permit: [allow-provider]"],
    ["lock", "lock: [issues]"],
  ])("%s of a repository, with or without a base", (key, text) => {
    for (const base of [undefined, "permit: []"]) {
      expect(merge(base, text).permit).toEqual([]);
      expect(merge(base, text).origins.filter(({ source }) => source === "repository")).toEqual([]);
      expect(warningsOf(base, text)).toEqual([
        `1:1 ${key} counts in the organisation's rekeeper.yml only: remove it here`,
      ]);
    }
  });

  it("a locked setting, alone", () => {
    const own = "allow:\n  - {rule: a-b, reason: own says so}\nissues: {labels: [y]}";
    const policy = merge("lock: [allow]", own);
    expect(policy.allow).toEqual([]);
    expect(policy.issues.labels).toEqual([fromOwn("y")]);
    expect(warningsOf("lock: [allow]", own)).toEqual([
      "1:1 the organisation locked allow: remove it here, or ask for it there",
    ]);
  });

  it("every setting of a locked topic, while the base's own stay", () => {
    const own = "issues: {labels: [y], assignees: [bob], fallback: bob, repository: acme/other}";
    const policy = merge("lock: [issues]\nissues: {assignees: [ann]}", own);
    expect(policy.issues).toEqual({ labels: [], assignees: [fromBase("ann")] });
    expect(policy.warnings).toHaveLength(4);
    expect(policy.origins.map(({ key }) => key)).toEqual(["lock", "issues.assignees"]);
  });

  it("excluded paths that are locked", () => {
    expect(merge("lock: [paths.exclude]", "paths: {exclude: [b/**]}").exclude).toEqual([]);
    expect(merge("lock: [paths]", "paths: {exclude: [b/**]}").exclude).toEqual([]);
  });
});
