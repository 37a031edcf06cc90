import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MATCHES_MAX } from "../../../src/detect/match.ts";
import { createScanner, FINDINGS_MAX } from "../../../src/detect/scan.ts";
import { STARTS_MAX } from "../../../src/detect/starts.ts";
import { seededRandom } from "../../../src/lib/seeded-random.ts";
import { expand } from "../../../src/rules/expand.ts";
import { compileAll, listRuleFiles } from "../../support/rule-files.ts";
import { compileToyRules } from "../../support/toy-rules.ts";

const ENCODER = new TextEncoder();
const real = createScanner(compileAll(listRuleFiles()));

function makeToys(count: number, word: string): string {
  const random = seededRandom(word);
  return Array.from({ length: count }, () => `${word}_${expand("{{alnum:8}}", random)}\n`).join("");
}

describe("scan is total:", () => {
  it("random bytes never make it throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_000 }), (bytes) => {
        expect(real.scan(bytes).gaps).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("random texts around words that wake rules up never make it throw", () => {
    const word = fc.constantFrom(
      ...["password: ", "AKIA", "-----BEGIN ", "PRIVATE KEY-----", "eyJ", "token=", "\0", "\ud800"],
    );
    const text = fc.array(fc.oneof(word, fc.string({ unit: "binary" })), { maxLength: 40 });
    fc.assert(
      fc.property(text, (pieces) => {
        expect(real.scan(ENCODER.encode(pieces.join(""))).gaps).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

it("gives the same result whatever was scanned before", () => {
  const bytes = ENCODER.encode(makeToys(3, "AKIA"));
  const before = real.scan(bytes);
  real.scan(ENCODER.encode(`password = "${expand("{{alnum:20}}", seededRandom("a"))}"`));
  expect(real.scan(bytes)).toEqual(before);
});

it("masks keys, with the fixed prefix of their rule left readable", () => {
  const key = expand("{{github_token:ghp_}}", seededRandom("mask"));
  const [finding] = real.scan(ENCODER.encode(`token: ${key}`)).findings;
  expect(String(finding?.key)).toBe(`ghp_\u2026${key.slice(-4)}`);
});

describe("what a bound cuts off is a gap:", () => {
  const rules = compileToyRules([
    { id: "toy-zed", pattern: "zed_[A-Za-z0-9]{8}" },
    { id: "toy-zod", pattern: "zod_[A-Za-z0-9]{8}", lane: "generic" },
    { id: "toy-zip", pattern: "zip[0-9]{1,9}" },
  ]);
  const scanner = createScanner(rules);

  it("matches of one rule", () => {
    const { findings, gaps } = scanner.scan(ENCODER.encode(makeToys(MATCHES_MAX + 1, "zed")));
    expect(findings).toHaveLength(MATCHES_MAX);
    expect(gaps).toEqual([{ kind: "by-nature", reason: "too-many-findings" }]);
  });

  it("findings of all rules, of which provider keys stay", () => {
    const text = makeToys(600, "zod") + makeToys(600, "zed");
    const { findings, gaps } = scanner.scan(ENCODER.encode(text));
    expect(findings).toHaveLength(FINDINGS_MAX);
    expect(findings.filter(({ rule }) => rule === "toy-zed")).toHaveLength(600);
    expect(gaps).toEqual([{ kind: "by-nature", reason: "too-many-findings" }]);
  });

  it("starts to try", () => {
    const text = "zip0".repeat(STARTS_MAX + 1);
    const { findings, gaps } = createScanner(
      compileToyRules([{ id: "toy-zip", pattern: "zip0(?=x)" }]),
    ).scan(ENCODER.encode(text));
    expect(findings).toEqual([]);
    expect(gaps).toEqual([{ kind: "by-nature", reason: "scan-timeout" }]);
  });
});
