/** Makes templates of what a pattern matches, so that an imported rule can prove itself. */
import { RegExpParser } from "@eslint-community/regexpp";
import type { ByteSet } from "../../lib/byte-set.ts";
import { type Item, listSequences, type Sequence } from "../sequence.ts";

export interface Samples {
  /** Texts with placeholders of expand.ts that the pattern may match; look-arounds may object. */
  readonly hits: readonly string[];
  /** The same with the last run of characters one too short. */
  readonly misses: readonly string[];
}

const SEQUENCES_MAX = 8;
/** Of a run that may be of any length in between. */
const RUN_MAX = 40;

export function listSamples(pattern: string, ignoreCase: boolean): Samples {
  const tree = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(pattern);
  const sequences = listSequences(tree.alternatives, ignoreCase ? "im" : "m");
  const some = sequences.slice(0, SEQUENCES_MAX);
  return {
    hits: some.map((sequence) => render(sequence.items)),
    misses: some.flatMap((sequence) => shorten(sequence)).map(render),
  };
}

function render(items: readonly Item[]): string {
  return items.map(renderItem).join("");
}

function renderItem({ bytes, min, max }: Item): string {
  const members = printable(bytes);
  const count = min === 0 && max > 0 ? 0 : Math.min(max, Math.max(min, Math.min(RUN_MAX, min + 4)));
  if (count === 0 || members.length === 0) return "";
  const [first = ""] = members;
  const isLetter = members.every((character) => character.toLowerCase() === first.toLowerCase());
  if (isLetter) return first.repeat(min);
  return `{{${classOf(members)}:${min === max ? min : count}}}`;
}

/** The last run that has a length worth the name, with one character less. */
function shorten({ items }: Sequence): readonly (readonly Item[])[] {
  const index = items.findLastIndex(({ bytes, min }) => min > 1 && printable(bytes).length > 2);
  const item = items[index];
  if (item === undefined) return [];
  const shorter = { ...item, min: item.min - 1, max: item.min - 1 };
  return [items.with(index, shorter)];
}

/** Spaces and line ends are left out where others will do: they stand between things, not in them. */
function printable(bytes: ByteSet): readonly string[] {
  const members: string[] = [];
  for (let byte = 0x21; byte < 0x7f; byte++) {
    if (bytes[byte] === 1) members.push(String.fromCharCode(byte));
  }
  const alphanumeric = members.filter((character) => /[A-Za-z0-9]/.test(character));
  if (alphanumeric.length >= 10) return members.filter((character) => /[\w./+=-]/.test(character));
  if (members.length > 0) return members;
  return bytes[0x20] === 1 ? [" "] : bytes[0x0a] === 1 ? ["\n"] : [];
}

/** `[a-f0-9]`, with runs written as ranges. */
function classOf(members: readonly string[]): string {
  let text = "";
  for (let index = 0; index < members.length; ) {
    let last = index;
    while (codeOf(members[last + 1]) === codeOf(members[last]) + 1) last += 1;
    const from = escaped(members[index] ?? "");
    const to = escaped(members[last] ?? "");
    text +=
      last - index > 1
        ? `${from}-${to}`
        : members
            .slice(index, last + 1)
            .map(escaped)
            .join("");
    index = last + 1;
  }
  return `[${text}]`;
}

function codeOf(character: string | undefined): number {
  return character?.charCodeAt(0) ?? Number.NaN;
}

function escaped(character: string): string {
  return /[A-Za-z0-9_]/.test(character) ? character : `\\${character}`;
}
