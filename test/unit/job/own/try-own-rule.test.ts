import { describe, expect, it } from "vitest";
import { tryOwnRule } from "../../../../src/job/own/try-own-rule.ts";
import { OWN_RULE_SIZE_MAX } from "../../../../src/rules/own/compile.ts";
import { ownRule } from "../../../support/own-rule.ts";

describe("takes", () => {
  it.each([
    ["a fixed text with a key behind it", {}],
    [
      "a pattern as other scanners have them",
      {
        pattern: `(?i)[\\w.-]{0,50}?(?:acme)(?:[ \\t\\w.-]{0,20})[\\s'"]{0,3}(?:=|>|:{1,3}=|\\|\\||:|=>|\\?=|,)[\\x60'"\\s=]{0,5}([a-z0-9]{32})(?:[\\x60'"\\s;]|\\\\[nr]|$)`,
      },
    ],
    [
      "a pattern without a text of its own, near a keyword",
      { pattern: "\\b[A-Z0-9]{40}\\b", keywords: ["acme"] },
    ],
    [
      "a rule that holds to its examples",
      { examples: ["t: acme_{{[a-z0-9]:32}}"], nonExamples: ["t: acme_{{[a-z0-9]:31}}"] },
    ],
  ])("%s", (_, changes) => {
    expect(tryOwnRule(ownRule(changes)).refusal).toBeUndefined();
  });
});

describe("refuses", () => {
  it.each([
    ["what RE2 cannot read", { pattern: "(acme" }, "no regular expression of RE2"],
    [
      "look-around",
      { pattern: "(?<=x)acme" },
      "no regular expression of RE2, which has no look-around",
    ],
    ["text that is not ASCII", { pattern: "acmé_[a-z]{9}" }, "in ASCII"],
    ["two lines", { pattern: "acme_\n[a-z]{9}" }, "on one line"],
    ["what matches nothing at all", { pattern: "(?:acme)*", keywords: ["acme"] }, "the empty text"],
    ["what matches between letters", { pattern: "\\b", keywords: ["acme"] }, "the empty text"],
    ["what matches everything", { pattern: ".+", keywords: ["acme"] }, "of ordinary text and code"],
    ["every word", { pattern: "[a-z]{4,}", keywords: ["acme"] }, "of ordinary text and code"],
    ["too large a pattern", { pattern: "acme[a-z]{1000}" }, "at most 1,000 are run"],
    ["a slow one", { pattern: "acme(?:[\\w ]?(?:a|b)?[\\w ]?){165}[0-9]" }, "the pattern is slow"],
    ["no text to look for", { pattern: "[a-z0-9]{32}" }, "name keywords"],
    ["a missed example", { examples: ["nothing"] }, "does not find example 1"],
    [
      "a hit in a non-example",
      { nonExamples: ["a", "acme_{{[a-z0-9]:32}}"] },
      "finds non-example 2",
    ],
    [
      "an unknown placeholder",
      { examples: ["acme_{{what:32}}"] },
      "a placeholder that is not known",
    ],
    ["huge placeholders", { examples: ["acme_{{hex:9000}}"] }, "at most 4096 characters"],
  ])("%s, and says what to do", (_, changes, advice) => {
    expect(tryOwnRule(ownRule(changes)).refusal).toContain(advice);
  });

  it("without repeating the pattern", () => {
    const { refusal } = tryOwnRule(ownRule({ pattern: "(acme_s3cr3t" }));
    expect(refusal).not.toContain("s3cr3t");
  });
});

it("counts entropy before it calls a pattern one of ordinary text", () => {
  const pattern = "[A-Za-z_.]{9,}";
  expect(tryOwnRule(ownRule({ pattern, keywords: ["acme"] })).refusal).toContain("ordinary");
  const changes = { pattern, keywords: ["acme"], entropyMin: 4.5 };
  expect(tryOwnRule(ownRule(changes)).refusal).toBeUndefined();
});

it("is done within seconds at the largest pattern that is run", () => {
  const pattern = `acme(?:[ab]?){${Math.floor(OWN_RULE_SIZE_MAX / 2) - 10}}[0-9]`;
  const before = process.cpuUsage();
  tryOwnRule(ownRule({ pattern }));
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(5_000);
});
