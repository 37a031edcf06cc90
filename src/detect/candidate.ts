/** Text that a rule matched, on its way to become a finding. */
import type { CompiledRule } from "../model/rule.ts";

/** Bytes of the fragment from `start` up to `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A piece of the fragment with its text, one character for each byte: see byte-text.ts. */
export interface Piece extends Range {
  readonly text: string;
  /** The same in real characters, where the range holds it only encoded. */
  readonly decoded?: string;
}

export interface Candidate {
  readonly rule: CompiledRule;
  readonly match: Range;
  /** What becomes the finding's key. */
  readonly key: Piece;
  /** The public half of a pair. */
  readonly companion?: Piece;
}

/**
 * The part of a match that is the key: group `key`, else group 1, else all of it.
 *
 * @param match of an expression with the flag `d`.
 * @param offset of the searched text in the fragment.
 */
export function keyOf(match: RegExpExecArray, offset: number): Piece {
  const all: readonly [number, number] = [match.index, match.index + match[0].length];
  const { key: named } = match.indices?.groups ?? {};
  const [start, end] = named ?? match.indices?.[1] ?? all;
  return { start: offset + start, end: offset + end, text: match.input.slice(start, end) };
}

export function isOverlapping(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end;
}
