/** Own rules within the scan of fragments: what they find, what yields, and what they may cost. */
import { expect, it } from "vitest";
import { createOwnRuleTrials } from "../../../../src/job/own/own-rule-trials.ts";
import { createOwnSearch } from "../../../../src/job/own/search.ts";
import { tryOwnRule } from "../../../../src/job/own/try-own-rule.ts";
import { createOwnUse, type OwnLimits } from "../../../../src/job/own/use.ts";
import { createFragmentScan } from "../../../../src/job/scan-fragments.ts";
import { createScanPool } from "../../../../src/job/scan-pool.ts";
import { seededRandom } from "../../../../src/lib/seeded-random.ts";
import { NO_OBJECT } from "../../../../src/model/ids.ts";
import type { OwnRuleSet, OwnRuleSource } from "../../../../src/model/own-rule.ts";
import { drawRun } from "../../../../src/rules/draw-run.ts";
import { ownRule } from "../../../support/own-rule.ts";
import { compileToyRules } from "../../../support/toy-rules.ts";

const rules = compileToyRules([
  { id: "toy-zed", pattern: "\\bzed_[a-z0-9]{8}\\b" },
  { id: "toy-lax", pattern: "\\blax_[a-z0-9]{8}\\b", lane: "generic" },
]);
const scan = createFragmentScan(rules, createOwnSearch);
const FINGERPRINT_KEY = new Uint8Array(32);
const LIMITS: OwnLimits = { fragmentMsMax: 500, batchMsMax: 1_000, jobMsMax: 10_000 };
const random = seededRandom("scan with own rules");
const key = (length = 32): string => drawRun("abcdefghijkmnpqrstuvwxyz23456789", length, random);

const trials = createOwnRuleTrials(async (source) => tryOwnRule(source));

async function inForce(...sources: readonly OwnRuleSource[]): Promise<OwnRuleSet> {
  const withSource = sources.map((source) => ({ ...source, source: "organisation" as const }));
  const { inForce: set, warnings } = await trials.try(withSource);
  expect(warnings).toEqual([]);
  return set;
}

function idsOf(text: string | Uint8Array, own: OwnRuleSet, limits = LIMITS): readonly string[] {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const use = createOwnUse(own, limits);
  const { results } = scan([{ blob: NO_OBJECT, bytes }], FINGERPRINT_KEY, use.begin());
  return results.flatMap(({ findings, gaps }) => [
    ...findings.map(({ rule }) => rule),
    ...gaps.map(({ reason }) => reason),
  ]);
}

it("finds in clear text and in what it encodes", async () => {
  const own = await inForce(ownRule({}));
  const line = `the token of today is acme_${key()} and no other`;
  expect(idsOf(line, own)).toEqual(["own-acme"]);
  expect(idsOf(`data: ${Buffer.from(line).toString("base64")}\n`, own)).toEqual(["own-acme"]);
});

it("finds nothing more once the rules are gone", async () => {
  const text = `acme_${key()}`;
  expect(idsOf(text, await inForce(ownRule({})))).toEqual(["own-acme"]);
  expect(
    scan([{ blob: NO_OBJECT, bytes: Buffer.from(text) }], FINGERPRINT_KEY).results[0]?.findings,
  ).toEqual([]);
});

it("yields to a rule of the program, unless that one gates nothing", async () => {
  const own = await inForce(ownRule({ id: "own-wide", pattern: "val=(?P<key>[a-z_0-9]{9,40})" }));
  expect(idsOf(`val=zed_${key(8)}`, own)).toEqual(["toy-zed"]);
  expect(idsOf(`val=lax_${key(8)}`, own)).toEqual(["own-wide"]);
  const generic = await inForce(
    ownRule({ id: "own-wide", pattern: "val=(?P<key>[a-z_0-9]{9,40})", lane: "generic" }),
  );
  expect(idsOf(`val=lax_${key(8)}`, generic)).toEqual(["toy-lax"]);
});

it("shows as a gap what it had no time for, and still finds what others look for", async () => {
  const own = await inForce(ownRule({}));
  const text = `zed_${key(8)} acme_${key()}`;
  const spent = { ...LIMITS, jobMsMax: 0 };
  expect(idsOf(text, own, spent)).toEqual(["toy-zed", "own-rules-timeout"]);
});

it("takes what batches took from what the job has left", async () => {
  const own = await inForce(ownRule({}));
  const use = createOwnUse(own, LIMITS);
  expect(use.begin().batchMsMax).toBe(1_000);
  use.end(9_400);
  expect(use.begin().batchMsMax).toBe(600);
  use.end(700);
  expect(use.begin().batchMsMax).toBeLessThan(0);
});

it("has one identity for what finds the same, and another for what finds something else", async () => {
  const { hash } = await inForce(ownRule({}));
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect((await inForce(ownRule({ name: "Another name" }))).hash).toBe(hash);
  expect((await inForce(ownRule({ severity: "low" }))).hash).not.toBe(hash);
  expect((await inForce(ownRule({ entropyMin: 3 }))).hash).not.toBe(hash);
  expect((await inForce()).hash).toBe("");
});

it("warns of each refused rule at its place, and keeps the others", async () => {
  const sources = [ownRule({}), ownRule({ id: "own-all", pattern: ".+", keywords: ["acme"] })];
  const tried = await trials.try(sources.map((one) => ({ ...one, source: "repository" })));
  expect(tried.inForce.rules.map(({ rule }) => rule.id)).toEqual(["own-acme"]);
  expect(tried.warnings).toEqual([
    {
      line: 3,
      column: 7,
      source: "repository",
      message: expect.stringMatching(
        /^own-all does not count: the pattern matches \d+ of \d+ lines/,
      ),
    },
  ]);
});

it("works in the scanning threads, where keys stay", async () => {
  const pool = createScanPool({ rules, threadCount: 1 });
  try {
    const tried = await pool.tryOwnRule(ownRule({}));
    expect(tried.rule?.literals).toEqual(["acme_"]);
    expect((await pool.tryOwnRule(ownRule({ pattern: "(" }))).refusal).toContain("RE2");
    const secret = key();
    const bytes = new TextEncoder().encode(`t = acme_${secret}`);
    const use = createOwnUse(await inForce(ownRule({})), LIMITS);
    const results = await pool.scan([{ blob: NO_OBJECT, bytes }], FINGERPRINT_KEY, use);
    expect(results[0]?.findings.map(({ rule, masked }) => [rule, masked])).toEqual([
      ["own-acme", `…${secret.slice(-4)}`],
    ]);
    expect(JSON.stringify(results)).not.toContain(secret.slice(0, 12));
  } finally {
    await pool.close();
  }
});
