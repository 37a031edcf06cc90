/**
 * Turns a regular expression into the byte sequences it can match.
 *
 * `gh[pu]_(?:a|b)\d{2,4}` becomes two sequences of items (a set of bytes, how often): one with `a`
 * and one with `b`. A part that would give too many sequences is kept as one item that allows all
 * of its bytes at each place, which promises less, never more.
 */
import type { AST } from "@eslint-community/regexpp";
import type { ByteSet } from "../lib/byte-set.ts";

/** Between `min` and `max` bytes of one set; `max` may be Infinity. */
export interface Item {
  readonly bytes: ByteSet;
  readonly min: number;
  readonly max: number;
}

export interface Sequence {
  readonly items: readonly Item[];
  /** Bytes before its start that look-behinds and borders may ask for. */
  readonly behindMax: number;
  /** Bytes from its start that the match itself, look-aheads and borders may ask for. */
  readonly aheadMax: number;
}

/**
 * Returns the sequences of these alternatives, at most `SEQUENCES_MAX`.
 *
 * @param flags of the regular expression: they decide which bytes a character stands for.
 * @throws Error for back references, inline flags and sets of strings.
 */
export function listSequences(
  alternatives: readonly AST.Alternative[],
  flags: string,
): readonly Sequence[] {
  const all = alternatives.flatMap((alternative) =>
    alternative.elements.map((element) => sequencesOf(element, flags)).reduce(joinAll, [EMPTY]),
  );
  return all.length > SEQUENCES_MAX ? [collapse(all)] : all;
}

/**
 * Returns the sequences that a sequence stands for when small sets are written out: `hv[sr]\.` is
 * `hvs.` and `hvr.`. Stops writing out at `SEQUENCES_MAX`.
 */
export function writeOutSmallSets(sequence: Sequence): readonly Sequence[] {
  const items = sequence.items.reduce<readonly (readonly Item[])[]>(
    (heads, item) => {
      const choices = listSingles(item);
      const next = heads.length * choices.length > SEQUENCES_MAX ? [item] : choices;
      return heads.flatMap((head) => next.map((choice) => [...head, choice]));
    },
    [[]],
  );
  return items.map((written) => ({ ...sequence, items: written }));
}

function listSingles(item: Item): readonly Item[] {
  const members = [...item.bytes.keys()].filter((byte) => item.bytes[byte] === 1);
  const isSmall = item.min === 1 && item.max === 1 && members.length <= SMALL_SET_MAX;
  if (!isSmall) return [item];
  return members.map((byte) => ({ ...item, bytes: new Uint8Array(256).fill(1, byte, byte + 1) }));
}

const SMALL_SET_MAX = 4;
const SEQUENCES_MAX = 64;
const EMPTY: Sequence = { items: [], behindMax: 0, aheadMax: 0 };

function lengthMin(sequence: Sequence): number {
  return sequence.items.reduce((sum, item) => sum + item.min, 0);
}

function lengthMax(sequence: Sequence): number {
  return sequence.items.reduce((sum, item) => sum + item.max, 0);
}

function sequencesOf(element: AST.Element, flags: string): readonly Sequence[] {
  switch (element.type) {
    case "Character":
    case "CharacterClass":
    case "CharacterSet":
      return [ofItem({ bytes: bytesOf(element.raw, flags), min: 1, max: 1 })];
    case "Group":
      if (element.modifiers) throw new Error("inline flags: use ignore_case");
      return listSequences(element.alternatives, flags);
    case "CapturingGroup":
      return listSequences(element.alternatives, flags);
    case "Quantifier":
      return repeat(sequencesOf(element.element, flags), element.min, element.max);
    case "Assertion":
      return [ofAssertion(element, flags)];
    default:
      throw new Error(`${element.raw}: write it without a back reference or sets`);
  }
}

function ofItem(item: Item): Sequence {
  return { items: [item], behindMax: 0, aheadMax: item.max };
}

/** An assertion takes no bytes; a border or a line end looks at one byte on either side. */
function ofAssertion(element: AST.Assertion, flags: string): Sequence {
  if (element.kind !== "lookahead" && element.kind !== "lookbehind") {
    return { items: [], behindMax: 1, aheadMax: 1 };
  }
  const inner = collapse(listSequences(element.alternatives, flags));
  if (element.kind === "lookahead") return { ...inner, items: [] };
  const length = lengthMax(inner);
  const overhang = Number.isFinite(length) ? inner.aheadMax - length : 0;
  return { items: [], behindMax: length + inner.behindMax, aheadMax: overhang };
}

/** The first repetition keeps its form, so that a literal in it is seen; the rest is one item. */
function repeat(once: readonly Sequence[], min: number, max: number): readonly Sequence[] {
  if (max === 0) return [EMPTY];
  const item = singleByteItem(once);
  if (item !== undefined) return [ofItem({ bytes: item.bytes, min, max })];
  if (min === 0) return [collapseTimes(once, 0, max)];
  return max === 1 ? once : joinAll(once, [collapseTimes(once, min - 1, max - 1)]);
}

function singleByteItem(sequences: readonly Sequence[]): Item | undefined {
  const [only, ...others] = sequences;
  const [item, ...rest] = only?.items ?? [];
  const isPlain = others.length === 0 && rest.length === 0 && only?.behindMax === 0;
  return isPlain && item?.min === 1 && item.max === 1 && only?.aheadMax === 1 ? item : undefined;
}

function joinAll(left: readonly Sequence[], right: readonly Sequence[]): readonly Sequence[] {
  const tails = left.length * right.length > SEQUENCES_MAX ? [collapse(right)] : right;
  return left.flatMap((head) => tails.map((tail) => join(head, tail)));
}

function join(head: Sequence, tail: Sequence): Sequence {
  return {
    items: [...head.items, ...tail.items],
    behindMax: Math.max(head.behindMax, tail.behindMax - lengthMin(head)),
    aheadMax: Math.max(head.aheadMax, lengthMax(head) + tail.aheadMax),
  };
}

function collapse(sequences: readonly Sequence[]): Sequence {
  return collapseTimes(sequences, 1, 1);
}

function collapseTimes(sequences: readonly Sequence[], min: number, max: number): Sequence {
  const bytes = new Uint8Array(256);
  for (const item of sequences.flatMap((sequence) => sequence.items)) {
    for (let byte = 0; byte < 256; byte++) if (item.bytes[byte] === 1) bytes[byte] = 1;
  }
  const onceMax = Math.max(0, ...sequences.map(lengthMax));
  const item = {
    bytes,
    min: min * Math.min(...sequences.map(lengthMin)),
    max: onceMax === 0 ? 0 : onceMax * max,
  };
  // Only the last repetition looks beyond the end; all before it take their length.
  const beforeLast = max === 1 || onceMax === 0 ? 0 : onceMax * (max - 1);
  return {
    items: item.max === 0 ? [] : [item],
    behindMax: Math.max(...sequences.map((sequence) => sequence.behindMax)),
    aheadMax: beforeLast + Math.max(...sequences.map((sequence) => sequence.aheadMax)),
  };
}

/**
 * Asks the regular expression itself which bytes match, so that flags and escapes are right. Bytes
 * become characters as in detect/byte-text.ts.
 */
function bytesOf(source: string, flags: string): ByteSet {
  const member = new RegExp(`^(?:${source})$`, flags.replace("m", ""));
  const characters = new TextDecoder("windows-1252").decode(
    Uint8Array.from({ length: 256 }, (_, byte) => byte),
  );
  return Uint8Array.from(characters, (character) => (member.test(character) ? 1 : 0));
}
