/**
 * Tries a rule of the configuration before it counts: on nothing, on ordinary lines, on texts that
 * are made to be slow, and on its own examples. Runs in a scanning thread.
 */
import { decodeToUtf8 } from "../../detect/decode.ts";
import { isGenuine } from "../../detect/genuine.ts";
import { seededRandom } from "../../lib/seeded-random.ts";
import type { GapReason } from "../../model/fragment.ts";
import type { OwnRule, OwnRuleSource } from "../../model/own-rule.ts";
import { expand } from "../../rules/expand.ts";
import { compileOwnRule, MATCHES_EMPTY } from "../../rules/own/compile.ts";
import { openOwnRule } from "../../rules/own/open.ts";
import { threadCpuMs } from "./cpu-time.ts";
import { ORDINARY_LINES } from "./ordinary-text.ts";
import { createOwnSearch, type OwnSearch } from "./search.ts";

export type TriedOwnRule =
  | { readonly rule: OwnRule; readonly refusal?: undefined }
  /** One sentence on what to change; it repeats nothing of the rule but its numbers. */
  | { readonly rule?: undefined; readonly refusal: string };

/** Throws nothing. Takes a second at worst. */
export function tryOwnRule(source: OwnRuleSource): TriedOwnRule {
  try {
    const rule = compileOwnRule(source);
    checkOrdinaryLines(rule);
    checkSpeed(rule);
    checkExamples(rule, source);
    return { rule };
  } catch (cause) {
    return { refusal: cause instanceof Error ? cause.message : "it cannot be used" };
  }
}

/** Ordinary lines that a rule may match; one that matches more finds text and not keys. */
const ORDINARY_SHARE_MAX = 0.2;

function checkOrdinaryLines(own: OwnRule): void {
  const { find } = openOwnRule(own);
  let count = 0;
  for (const line of ORDINARY_LINES) {
    const match = find(line, 0);
    if (match === undefined) continue;
    if (match.end === match.start) throw new Error(MATCHES_EMPTY);
    if (isGenuine(own.rule, line.slice(match.keyStart, match.keyEnd))) count += 1;
  }
  if (count > ORDINARY_LINES.length * ORDINARY_SHARE_MAX) {
    throw new Error(
      `the pattern matches ${count} of ${ORDINARY_LINES.length} lines of ordinary text and code: say more of what a key looks like, or set entropy`,
    );
  }
}

const SAMPLE_BYTES = 16_384;
/** Literals that are tried: what a pattern costs hardly depends on which of them it is near. */
const LITERALS_TRIED_MAX = 3;
/** Of the processor for all samples together; patterns in use elsewhere take 5 to 150. */
const SAMPLES_MS_MAX = 500;

/** Each sample holds a literal everywhere, so that all of it is searched. */
function checkSpeed(own: OwnRule): void {
  const search = createOwnSearch([own]);
  const startMs = threadCpuMs();
  const isOver = () => threadCpuMs() - startMs > SAMPLES_MS_MAX;
  const reasons = new Set<GapReason>();
  for (const filling of own.literals.slice(0, LITERALS_TRIED_MAX).flatMap(listFillings)) {
    search(bytesOf(filling.repeat(Math.ceil(SAMPLE_BYTES / filling.length))), reasons, { isOver });
  }
  if (reasons.has("own-rules-timeout")) {
    throw new Error(
      `the pattern is slow: some texts of ${SAMPLE_BYTES / 1_024} KB took over ${SAMPLES_MS_MAX} ms; repeat less in it, and begin it with a fixed text`,
    );
  }
}

/** A character that a pattern requires and a text lacks would end the search before it begins. */
const EVERY_CHARACTER = String.fromCharCode(
  ...Array.from({ length: 95 }, (_, index) => 32 + index),
);

/** What patterns take long over: their own text again and again, one run, and what is usual. */
function listFillings(literal: string): readonly string[] {
  return [
    literal,
    `${literal}a1`,
    `a${" ".repeat(40)}${literal}`,
    `${"a".repeat(300)}${literal}`,
    `${EVERY_CHARACTER}${literal} and some words`,
    `${ORDINARY_LINES.join("\n")}${literal}\n`,
  ];
}

/** Placeholders become different keys by each. */
const SEEDS = ["first", "second", "third"];
/** Characters of all placeholders of one example. */
const PLACEHOLDER_CHARACTERS_MAX = 4_096;

function checkExamples(own: OwnRule, { examples, nonExamples }: OwnRuleSource): void {
  const search = createOwnSearch([own]);
  for (const [index, example] of examples.entries()) {
    if (!SEEDS.every((seed) => isFound(search, example, seed))) {
      throw new Error(`the pattern does not find example ${index + 1}: change one of them`);
    }
  }
  for (const [index, example] of nonExamples.entries()) {
    if (SEEDS.some((seed) => isFound(search, example, seed))) {
      throw new Error(`the pattern finds non-example ${index + 1}: change one of them`);
    }
  }
}

const NO_DEADLINE = { isOver: () => false };

function isFound(search: OwnSearch, template: string, seed: string): boolean {
  const text = decodeToUtf8(bytesOf(fill(template, seed)));
  return search(text, new Set(), NO_DEADLINE).length > 0;
}

function fill(template: string, seed: string): string {
  const lengths = [...template.matchAll(/:(?:\d+-)?(\d+)\}\}/g)].map(([, digits]) =>
    Number(digits),
  );
  const length = lengths.reduce((sum, one) => sum + one, 0);
  if (length > PLACEHOLDER_CHARACTERS_MAX) {
    throw new Error(
      `the placeholders of an example have at most ${PLACEHOLDER_CHARACTERS_MAX} characters: shorten them`,
    );
  }
  try {
    return expand(template, seededRandom(seed));
  } catch (cause) {
    throw new Error("an example has a placeholder that is not known", { cause });
  }
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
