/**
 * Compares both engines with the oracle on texts made of what confuses engines.
 *
 * Every text comes from its seed. A seed that fails is printed; make its text a case in cases.ts.
 */
import { describe, expect, it } from "vitest";
import { createKernelProposer } from "../../src/detect/kernel/kernel-proposer.ts";
import { createReferenceProposer } from "../../src/detect/propose.ts";
import { createScanner } from "../../src/detect/scan.ts";
import { seededRandom } from "../../src/lib/seeded-random.ts";
import type { CompiledRules } from "../../src/model/rule.ts";
import { expand } from "../../src/rules/expand.ts";
import { parseProviderFile } from "../../src/rules/schema.ts";
import { compileAll, listRuleFiles } from "../support/rule-files.ts";
import { compileToyRules, type ToyRule } from "../support/toy-rules.ts";
import { createOracle } from "./oracle.ts";
import { summarize } from "./summary.ts";

const TOY_TEXTS = 4_000;
const REAL_TEXTS = 80;
const PIECES_MAX = 24;

const PART = { name: "part", within: 30, entropy: 1, ignore_case: false };

/** One rule for each feature of patterns, over few letters, so that everything collides. */
const TOY_RULES: readonly ToyRule[] = [
  { id: "toy-plain", pattern: "abc[0-9a-c]{4}" },
  { id: "toy-border", pattern: "\\bbca_\\w{3,6}\\b" },
  { id: "toy-late", pattern: "[ab]{0,4}cab=[0-9]{2,5}" },
  { id: "toy-fold", pattern: "aBC(?:x|yz){1,3}", ignore_case: true },
  { id: "toy-either", pattern: "(?:abc|x.{1,6}bca)-(?<key>[0-9]{1,4})" },
  { id: "toy-order", pattern: "(?:cab=|.{1,20}abc=)[0-9]{2}" },
  { id: "toy-look", pattern: "(?<![0-9])cab(?=[a-c]{2})[a-c]{2,9}(?!=)" },
  { id: "toy-set", pattern: "[xy]a[bc]([0-9]{3})" },
  { id: "toy-line", pattern: "^abc.{0,12}$" },
  { id: "toy-dull", pattern: "bca[0-9a-c]{5}", entropy: 2.2 },
  { id: "toy-repeat", pattern: "(?:cab){2,3}[0-9]?" },
  { id: "toy-generic", pattern: "abc=([^\\s]{4,12})", lane: "generic", skip_references: true },
  {
    id: "toy-pair",
    pattern: "cab#[0-9]{2}",
    parts: [{ ...PART, pattern: "\\b[0-9a-c]{5}\\b", secret: true, required: false }],
  },
  {
    id: "toy-need",
    pattern: "bca#[0-9]{2}",
    parts: [{ ...PART, pattern: "[0-9]{4}", secret: false, required: true }],
  },
];

const TOY_PIECES: readonly string[] = [
  ...["abc", "bca", "cab", "ABC", "aBC", "xab", "yac", "a", "b", "c", "x", "yz", "0", "12", "345"],
  ...["=", "-", "_", "#", " ", "\n", "\r\n", "\r", "\t", "cab=", "bca_", "abc=", "cab#", "bca#"],
  ...["1a2b3", "4821", "\u00e9", "\u20ac", "\u0000", "cabcab", "xxxxxx"],
];

describe("both engines find what the oracle finds", () => {
  it(`in ${TOY_TEXTS} texts of toy rules`, () => {
    const rules = compileToyRules(TOY_RULES);
    const drawText = (random: () => number) => drawPieces(TOY_PIECES, random);
    expect(findDifference(rules, TOY_TEXTS, drawText)).toBeUndefined();
  });

  it(`in ${REAL_TEXTS} texts of broken examples of the real rules`, () => {
    const files = listRuleFiles();
    const templates = files.flatMap((file) =>
      (parseProviderFile(file).provider?.rules ?? []).flatMap((rule) => [
        ...rule.examples,
        ...rule.non_examples,
      ]),
    );
    const drawText = (random: () => number) =>
      drawPieces(templates, random)
        .split("\n")
        .map((line) => damage(expand(line, random), random))
        .join("\n");
    expect(findDifference(compileAll(files), REAL_TEXTS, drawText)).toBeUndefined();
  });
});

function findDifference(
  rules: CompiledRules,
  count: number,
  drawText: (random: () => number) => string,
): { seed: string; text: string; oracle: string[]; found: string[] } | undefined {
  const engines = [createReferenceProposer, createKernelProposer].map((createProposer) =>
    createScanner(rules, createProposer),
  );
  const oracle = createOracle(rules);
  for (let index = 0; index < count; index++) {
    const seed = `fuzz ${index}`;
    const text = drawText(seededRandom(seed));
    const bytes = new TextEncoder().encode(text);
    const expected = summarize(oracle, bytes);
    for (const engine of engines) {
      const found = summarize(engine, bytes);
      if (expected.join("\n") !== found.join("\n")) return { seed, text, oracle: expected, found };
    }
  }
  return undefined;
}

function drawPieces(pieces: readonly string[], random: () => number): string {
  const count = 1 + Math.floor(random() * PIECES_MAX);
  return Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)]).join("");
}

/** Leaves a text alone half of the time, else removes, doubles or changes one character. */
function damage(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const choice = Math.floor(random() * 6);
  if (choice === 0) return text.slice(0, at) + text.slice(at + 1);
  if (choice === 1) return text.slice(0, at) + text.slice(at - 1);
  return choice === 2 ? `${text.slice(0, at)} ${text.slice(at + 1)}` : text;
}
