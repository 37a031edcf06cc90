/** What the engine has to know about a pattern, derived from the pattern itself. */
import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { byteSetFromHex, byteSetToHex } from "../lib/byte-set.ts";
import { CONTEXT_BYTES, type Prefilter } from "../model/rule.ts";
import { findPrefilter, LITERAL_BYTES_MIN, OFFSET_SPREAD_MAX } from "./prefilter.ts";
import { listSequences, type Sequence, writeOutSmallSets } from "./sequence.ts";

export interface DerivedPattern {
  /** Every match holds the literal of at least one of these at its offset. */
  readonly prefilters: readonly Prefilter[];
  readonly spanMax: number;
  readonly fixedPrefixes: readonly string[];
}

/** Bytes that a match may span where the rule does not state its own `span`. */
export const SPAN_DEFAULT_MAX = 2_048;

/**
 * Returns what holds for every match of a rule's pattern.
 *
 * @param spanCap bytes that a match may span.
 * @throws Error saying what to change: bad syntax, no literal, something unbounded.
 */
export function derivePattern(pattern: string, flags: string, spanCap: number): DerivedPattern {
  const tree = parsePattern(pattern);
  const sequences = listSequences(tree.alternatives, flags);
  const spanMax = checkSpan(sequences, spanCap);
  const prefilters = mergePrefilters(sequences.flatMap(listPrefilters));
  return { prefilters, spanMax, fixedPrefixes: listFixedPrefixes(tree, flags) };
}

/**
 * Checks a part's pattern, which needs a bound but no literal: it only looks near a match.
 *
 * @throws Error as `derivePattern` does.
 */
export function checkPartPattern(pattern: string, flags: string): void {
  checkSpan(listSequences(parsePattern(pattern).alternatives, flags), SPAN_DEFAULT_MAX);
}

function parsePattern(pattern: string): AST.Pattern {
  if (!/^[\x20-\x7e]*$/.test(pattern) || NOT_ASCII.test(pattern)) {
    throw new Error(
      "the pattern is matched against bytes: keep to ASCII and sets like [^\\x00-\\x7f]",
    );
  }
  return new RegExpParser({ ecmaVersion: 2025 }).parsePattern(pattern);
}

/** Escapes of characters that do not stand for one byte each. */
const NOT_ASCII = /\\x[89a-f]|\\u00[89a-f]|\\u(?!00)/i;

function checkSpan(sequences: readonly Sequence[], spanCap: number): number {
  const behindMax = Math.max(...sequences.map((sequence) => sequence.behindMax));
  if (behindMax > CONTEXT_BYTES) {
    throw new Error(`a look-behind of more than ${CONTEXT_BYTES} bytes: bound its quantifiers`);
  }
  const spanMax = Math.max(...sequences.map((sequence) => sequence.aheadMax));
  if (spanMax === Number.POSITIVE_INFINITY) {
    throw new Error("no bound on the length of a match: write {n,m} instead of *, + and {n,}");
  }
  if (spanMax > spanCap) {
    throw new Error(`a match may need ${spanMax} bytes, over ${spanCap}: tighten it or state span`);
  }
  return spanMax;
}

/** One prefilter where the sequence has a literal, else one for each way to write it out. */
function listPrefilters(
  sequence: Sequence,
  index: number,
  all: readonly Sequence[],
): readonly Prefilter[] {
  const prefilter = findPrefilter(sequence);
  if (prefilter !== undefined) return [prefilter];
  return writeOutSmallSets(sequence).map((written) => {
    const found = findPrefilter(written);
    if (found !== undefined) return found;
    throw new Error(
      `alternative ${index + 1} of ${all.length} holds no literal of at least ${LITERAL_BYTES_MIN} ` +
        `bytes at a place that varies by at most ${OFFSET_SPREAD_MAX} bytes: name one`,
    );
  });
}

/** One prefilter for each literal, as lax as the laxest of those it stands for. */
function mergePrefilters(all: readonly Prefilter[]): Prefilter[] {
  const merged = new Map<string, Prefilter>();
  for (const next of all) {
    const key = `${next.ignoreCase} ${next.literal}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? next : mergeTwo(known, next));
  }
  return [...merged.values()];
}

function mergeTwo(a: Prefilter, b: Prefilter): Prefilter {
  const run = a.run && b.run ? mergeRuns(a.run, b.run) : undefined;
  return {
    literal: a.literal,
    ignoreCase: a.ignoreCase,
    offsetMin: Math.min(a.offsetMin, b.offsetMin),
    offsetMax: Math.max(a.offsetMax, b.offsetMax),
    ...(run === undefined ? {} : { run }),
  };
}

type Run = NonNullable<Prefilter["run"]>;

function mergeRuns(a: Run, b: Run): Run {
  const other = byteSetFromHex(b.bytes);
  const union = byteSetFromHex(a.bytes).map((member, byte) => member | (other[byte] ?? 0));
  return { bytes: byteSetToHex(union), countMin: Math.min(a.countMin, b.countMin) };
}

/** What keys start with: the leading single characters of each way to write the key's group. */
function listFixedPrefixes(tree: AST.Pattern, flags: string): readonly string[] {
  const groups = listGroups(tree.alternatives);
  const named = groups.filter((group) => group.name === "key");
  const [first] = groups;
  const keys = named.length > 0 ? named : [first ?? tree];
  const starts = keys.flatMap((key) => listSequences(key.alternatives, flags)).map(leadingText);
  return [...new Set(starts)].filter((start) => start !== "").sort(longerFirst);
}

function longerFirst(a: string, b: string): number {
  return b.length - a.length || (a < b ? -1 : 1);
}

function listGroups(alternatives: readonly AST.Alternative[]): AST.CapturingGroup[] {
  return alternatives.flatMap((alternative) => alternative.elements.flatMap(groupsIn));
}

function groupsIn(element: AST.Element): AST.CapturingGroup[] {
  if (element.type === "Quantifier") return groupsIn(element.element);
  if (element.type === "CapturingGroup") return [element, ...listGroups(element.alternatives)];
  return element.type === "Group" ? listGroups(element.alternatives) : [];
}

function leadingText(sequence: Sequence): string {
  let text = "";
  for (const item of sequence.items) {
    const bytes = [...item.bytes.keys()].filter((byte) => item.bytes[byte] === 1);
    const [only] = bytes;
    if (only === undefined || bytes.length > 1 || item.min !== item.max) break;
    text += String.fromCharCode(only).repeat(item.min);
  }
  return text;
}
