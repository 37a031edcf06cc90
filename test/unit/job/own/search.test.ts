import { expect, it } from "vitest";
import { createOwnSearch, OWN_MATCH_BYTES_MAX } from "../../../../src/job/own/search.ts";
import { tryOwnRule } from "../../../../src/job/own/try-own-rule.ts";
import { seededRandom } from "../../../../src/lib/seeded-random.ts";
import type { GapReason } from "../../../../src/model/fragment.ts";
import type { OwnRuleSource } from "../../../../src/model/own-rule.ts";
import { drawRun } from "../../../../src/rules/draw-run.ts";
import { ownRule } from "../../../support/own-rule.ts";

const random = seededRandom("own rules");
const key = (): string => drawRun("abcdefghijkmnpqrstuvwxyz23456789", 32, random);

function search(
  rules: readonly OwnRuleSource[],
  text: string,
  deadline = { isOver: () => false },
): { readonly keys: readonly string[]; readonly reasons: readonly GapReason[] } {
  const tried = rules.map((source) => {
    const { rule, refusal } = tryOwnRule(source);
    if (rule === undefined) throw new Error(refusal);
    return rule;
  });
  const reasons = new Set<GapReason>();
  const found = createOwnSearch(tried)(new TextEncoder().encode(text), reasons, deadline);
  return {
    keys: found.map(({ rule, key: piece }) => `${rule.id} ${piece.text}`),
    reasons: [...reasons],
  };
}

it("finds keys anywhere, whatever is around them", () => {
  const keys = Array.from({ length: 40 }, key);
  const filler = (index: number) => "lorem ipsum, dolor ".repeat(index * 17);
  const text = keys.map((one, index) => `${filler(index)}acme_${one}`).join("\n");
  const expected = keys.map((one) => `own-acme ${one}`);
  expect(search([ownRule({})], text)).toEqual({ keys: expected, reasons: [] });
});

it.each([1, 2, 2_047, 2_048, 2_049, 4_095, 4_096, 4_097, 6_150])(
  "loses none where a piece ends: %i bytes into a text full of its literal",
  (offset) => {
    const one = key();
    const text = `${"acme ".repeat(2_000).slice(0, offset)} acme_${one} ${"acme ".repeat(2_000)}`;
    expect(search([ownRule({})], text).keys).toEqual([`own-acme ${one}`]);
  },
);

it("sees the borders of a match where its piece begins and ends", () => {
  const bordered = ownRule({ pattern: "\\b[a-z0-9]{32}\\b", keywords: ["acme"], entropyMin: 3 });
  for (let offset = 2_000; offset < 2_100; offset += 1) {
    const one = key();
    const text = `acme${"-".repeat(offset)}x${one} ${one} ${one}x acme`;
    expect(search([bordered], text).keys).toEqual([`own-acme ${one}`]);
  }
});

it("finds in any case of the keyword, and in the pattern's own case", () => {
  const one = key();
  const rule = ownRule({ pattern: "[a-z0-9]{32}", keywords: ["acme"], entropyMin: 3 });
  expect(search([rule], `ACME: ${one}`).keys).toEqual([`own-acme ${one}`]);
  expect(search([ownRule({})], `ACME_${one}`).keys).toEqual([]);
  expect(search([ownRule({ ignoreCase: true })], `ACME_${one}`).keys).toEqual([`own-acme ${one}`]);
});

it("takes group key, else group 1, else all of the match", () => {
  const one = key();
  const keysOf = (pattern: string) => search([ownRule({ pattern })], `acme_${one};`).keys;
  expect(keysOf("(acme_)(?P<key>[a-z0-9]{32})")).toEqual([`own-acme ${one}`]);
  expect(keysOf("acme_([a-z0-9]{32})")).toEqual([`own-acme ${one}`]);
  expect(keysOf("acme_[a-z0-9]{32}")).toEqual([`own-acme acme_${one}`]);
  expect(keysOf("acme_(x)?[a-z0-9]{32}")).toEqual([`own-acme acme_${one}`]);
});

it("passes over placeholders, and keys with too little entropy", () => {
  expect(search([ownRule({})], `acme_${"example0".repeat(4)}`).keys).toEqual([]);
  expect(search([ownRule({ entropyMin: 4.9 })], `acme_${key()}`).keys).toEqual([]);
});

it("does not report a part of what is longer than a match may be", () => {
  const rule = ownRule({ pattern: "acme:[a-z0-9 ]+;?" });
  const text = `acme:${`${key()} `.repeat(OWN_MATCH_BYTES_MAX / 16)}`;
  expect(search([rule], text).keys).toEqual([]);
});

it("says that it stopped when the time is over, and where there are too many", () => {
  const text = `acme_${key()}\n`.repeat(1_200);
  expect(search([ownRule({})], text, { isOver: () => true })).toEqual({
    keys: [],
    reasons: ["own-rules-timeout"],
  });
  const { keys, reasons } = search([ownRule({})], text);
  expect(keys).toHaveLength(1_000);
  expect(reasons).toEqual(["too-many-findings"]);
});

it("asks the clock often enough that no text holds it up", () => {
  const rule = ownRule({ pattern: "[a-z]{1,8}(?:.{0,400}q!)?", keywords: ["acme"], entropyMin: 4 });
  let asked = 0;
  const isOver = () => {
    asked += 1;
    return asked > 3;
  };
  const text = "acme lorem ipsum ".repeat(100_000);
  const startMs = process.cpuUsage();
  expect(search([rule], text, { isOver }).reasons).toEqual(["own-rules-timeout"]);
  const { user } = process.cpuUsage(startMs);
  expect(user / 1_000).toBeLessThan(5_000);
});
