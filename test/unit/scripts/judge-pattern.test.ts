import { describe, expect, it } from "vitest";
import { judgePattern } from "../../../scripts/judge-pattern.ts";
import { compileAll, listRuleFiles } from "../../support/rule-files.ts";

/** All rules take longer than a test may: `npm run check:rules`. */
const SAMPLE_EVERY = 40;
const TIMEOUT_MS = 500;

describe("judges", () => {
  it.each([
    ["a plain pattern", "zed_[a-z0-9]{8}", "safe"],
    ["a planted exponential one", "^(?:a|a)*$", "exponential"],
    ["a planted polynomial one", "^a*a*$", "polynomial"],
  ])("%s", (_what, pattern, complexity) => {
    expect(judgePattern(pattern, "", TIMEOUT_MS)).toBe(complexity);
  });
});

it("finds no exponential pattern in a sample of the rules", () => {
  const sample = compileAll(listRuleFiles()).rules.filter((_, index) => index % SAMPLE_EVERY === 0);
  const bad = sample.filter(
    ({ pattern, flags }) => judgePattern(pattern, flags, TIMEOUT_MS) === "exponential",
  );
  expect(bad.map(({ id }) => id)).toEqual([]);
});
