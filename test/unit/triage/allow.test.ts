import { describe, expect, it } from "vitest";
import type { Fingerprint, RuleId } from "../../../src/model/ids.ts";
import type { EffectiveAllow, EffectivePolicy, PolicySource } from "../../../src/model/policy.ts";
import {
  type AllowSubject,
  compileAllows,
  listExpiredAllows,
  listUnusedAllows,
} from "../../../src/triage/allow.ts";

const TODAY = "2026-11-26";
const RULE = "toy-key" as RuleId;

function subjectOf(changes: Partial<AllowSubject> = {}): AllowSubject {
  return {
    fingerprint: "0a1b2c3d4e5f".padEnd(64, "0") as Fingerprint,
    rule: RULE,
    lane: "generic",
    verdict: "unknown",
    paths: ["test/a.txt"],
    hasAllPaths: true,
    ...changes,
  };
}

function entryOf(changes: Partial<EffectiveAllow> = {}): EffectiveAllow {
  const named = changes.rule === undefined ? { key: "0a1b2c3d4e" } : {};
  return {
    ...named,
    paths: [],
    reason: "a sample",
    source: "repository",
    place: { line: 3, column: 5 },
    ...changes,
  };
}

function policyOf(changes: Partial<EffectivePolicy>): EffectivePolicy {
  return {
    permit: [],
    ownRules: [],
    exclude: [],
    allow: [],
    issues: { labels: [], assignees: [] },
    origins: [],
    warnings: [],
    ...changes,
  };
}

function outcomeOf(changes: Partial<EffectivePolicy>, subject: AllowSubject): string {
  const allowance = compileAllows(policyOf(changes), TODAY)(subject);
  if (allowance.kind !== "reported") return allowance.kind;
  return ["reported", ...allowance.refusals.map(({ why }) => why)].join(" ");
}

describe("an entry", () => {
  it.each<[string, Partial<EffectiveAllow>, Partial<AllowSubject>, string]>([
    ["names a key by its first digits", {}, {}, "allowed"],
    ["names a key by all digits", { key: "0a1b2c3d4e5f".padEnd(64, "0") }, {}, "allowed"],
    ["of another key", { key: "ffffffffff" }, {}, "reported"],
    ["names a rule", { rule: RULE }, {}, "allowed"],
    ["of another rule", { rule: "toy-other" as RuleId }, {}, "reported"],
    ["counts on its last day", { until: TODAY }, {}, "allowed"],
    ["counts no more the day after", { until: "2026-11-25" }, {}, "reported expired"],
    [
      "never silences a key that its provider accepts",
      {},
      { verdict: "active" },
      "reported active",
    ],
    ["silences a key that cannot be checked", {}, { verdict: "uncheckable" }, "allowed"],
    ["counts under its paths", { paths: ["test/**"] }, {}, "allowed"],
    [
      "counts under several paths",
      { paths: ["a/**", "test/**"] },
      { paths: ["a/b", "test/c"] },
      "allowed",
    ],
    [
      "counts only if all places are under its paths",
      { paths: ["test/**"] },
      { paths: ["test/a", "src/a"] },
      "reported other-paths",
    ],
    [
      "of paths does not count where a place has none, or is not known",
      { paths: ["test/**"] },
      { hasAllPaths: false },
      "reported other-paths",
    ],
    [
      "of paths does not count without a place",
      { paths: ["test/**"] },
      { paths: [] },
      "reported other-paths",
    ],
    ["without paths needs to know none", {}, { hasAllPaths: false, paths: [] }, "allowed"],
  ])("%s", (_what, entry, subject, expected) => {
    expect(outcomeOf({ allow: [entryOf(entry)] }, subjectOf(subject))).toBe(expected);
  });

  it("that counts is found behind those that do not", () => {
    const ended = entryOf({ until: "2026-01-01" });
    const good = entryOf({ reason: "another one" });
    const decide = compileAllows(policyOf({ allow: [ended, good] }), TODAY);
    expect(decide(subjectOf())).toEqual({ kind: "allowed", entry: good });
  });
});

describe("a key of a known provider", () => {
  const subject = subjectOf({ lane: "provider" });
  it.each<[PolicySource, EffectivePolicy["permit"], string]>([
    ["repository", [], "reported provider-lane"],
    ["repository", ["exclude-provider"], "reported provider-lane"],
    ["repository", ["allow-provider"], "allowed"],
    ["organisation", [], "allowed"],
  ])("by an entry of the %s, with permit %j: %s", (source, permit, expected) => {
    expect(outcomeOf({ permit, allow: [entryOf({ source })] }, subject)).toBe(expected);
  });

  it("that its provider accepts stays reported, whatever is permitted", () => {
    const policy: Partial<EffectivePolicy> = {
      permit: ["allow-provider", "exclude-provider"],
      allow: [entryOf({ source: "organisation" })],
      exclude: [{ value: "test/**", source: "organisation" }],
    };
    expect(outcomeOf(policy, { ...subject, verdict: "active" })).toBe("reported active");
  });

  it.each<[PolicySource, EffectivePolicy["permit"], string]>([
    ["organisation", [], "reported"],
    ["organisation", ["allow-provider"], "reported"],
    ["organisation", ["exclude-provider"], "excluded"],
    ["repository", ["exclude-provider"], "excluded"],
  ])("by a path that the %s excludes, with permit %j: %s", (source, permit, expected) => {
    const exclude = [{ value: "test/**", source }];
    expect(outcomeOf({ permit, exclude }, subject)).toBe(expected);
  });
});

it("leaves out a key of an unknown kind when all its places are excluded", () => {
  const exclude = [
    { value: "*.snap", source: "organisation" },
    { value: "test/**", source: "repository" },
  ] as const;
  const decide = compileAllows(policyOf({ exclude }), TODAY);
  expect(decide(subjectOf())).toEqual({ kind: "excluded", pattern: exclude[1] });
  expect(decide(subjectOf({ paths: ["src/x.snap", "test/a"] })).kind).toBe("excluded");
  expect(decide(subjectOf({ paths: ["src/a", "test/a"] })).kind).toBe("reported");
  expect(decide(subjectOf({ hasAllPaths: false })).kind).toBe("reported");
});

it("lists what ended, and what names nothing", () => {
  const ended = entryOf({ until: "2026-11-25" });
  const idle = entryOf({ key: "ffffffffff" });
  const elsewhere = entryOf({ rule: RULE, paths: ["docs/**"] });
  const used = entryOf({ rule: RULE, paths: ["test/**"] });
  const policy = policyOf({ allow: [ended, idle, elsewhere, used] });
  expect(listExpiredAllows(policy, TODAY)).toEqual([ended]);
  expect(listUnusedAllows(policy, [subjectOf()])).toEqual([idle, elsewhere]);
});
