import { expect, it } from "vitest";
import type { EffectiveAllow, PolicyReport } from "../../../src/model/policy.ts";
import { renderPolicySection } from "../../../src/report/policy.ts";

const ENTRY: EffectiveAllow = {
  key: "0a1b2c3d4e",
  paths: [],
  reason: "sample | of @everyone",
  source: "organisation",
  place: { line: 3, column: 5 },
};

function reportOf(changes: Partial<PolicyReport> = {}): PolicyReport {
  return {
    origins: [],
    warnings: [],
    allowed: [],
    refused: [],
    excludedCount: 0,
    expired: [],
    isPrivate: true,
    ...changes,
  };
}

const FULL = reportOf({
  origins: [{ key: "allow", source: "organisation", line: 2, column: 1 }],
  warnings: [
    { source: "repository", line: 4, column: 3, message: "remove this" },
    { source: "organisation", line: 9, column: 1, message: "mend that" },
  ],
  allowed: [{ keyId: "0a1b2c3d4e", masked: "toy_…x7Qa", ruleName: "Toy token", entry: ENTRY }],
  refused: [
    {
      keyId: "1b2c3d4e5f",
      masked: "toy_…9Zzz",
      ruleName: "Toy token",
      entry: { ...ENTRY, source: "repository" },
      why: "provider-lane",
    },
    {
      keyId: "0a1b2c3d4e",
      masked: "toy_…x7Qa",
      ruleName: "Toy token",
      entry: ENTRY,
      why: "expired",
    },
  ],
  excludedCount: 2,
  expired: [{ ...ENTRY, reason: "was a trial", until: "2026-01-31" }],
});

it("says nothing where nothing is configured", () => {
  expect(renderPolicySection(reportOf())).toBe("");
  expect(renderPolicySection(reportOf({ isPrivate: false }))).toBe("");
});

it("lists warnings with line and column, allowed keys with their reason, and origins", () => {
  const text = renderPolicySection(FULL);
  expect(text).toContain("- `.github/rekeeper.yml`, line 4, column 3: `remove this`");
  expect(text).toContain(
    "| `toy_…x7Qa` | Toy token | `0a1b2c3d4e` | `sample \\u{7c} of @everyone` | no end | `rekeeper.yml` of the organisation's `.github`, line 3 |",
  );
  expect(text).toContain(
    "- `toy_…9Zzz` (`1b2c3d4e5f`), `.github/rekeeper.yml`, line 3: only the organisation's file may allow",
  );
  expect(text).not.toContain("its last day is over");
  expect(text).toContain(", line 3, on 2026-01-31: `was a trial`");
  expect(text).toContain("2 keys are left out: every known place");
  expect(text).toContain(
    "<sub>Settings in force: `allow` from `rekeeper.yml` of the organisation's `.github`, line 2. All others are at their defaults.</sub>",
  );
});

it("points at no key in a public repository, and tells no problem of the organisation's file", () => {
  const text = renderPolicySection({ ...FULL, isPrivate: false });
  expect(text).toContain("line 4, column 3");
  expect(text).toContain("3 keys are left out, as the configuration says.");
  for (const hidden of ["x7Qa", "9Zzz", "0a1b2c3d4e", "everyone", "trial", "mend that"]) {
    expect(text).not.toContain(hidden);
  }
});
