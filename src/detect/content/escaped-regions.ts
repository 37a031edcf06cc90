/** Chooses the parts of a text around escapes that are read without them. */
import { CONTEXT_BYTES } from "../../model/rule.ts";
import type { Range } from "../candidate.ts";
import { ESCAPE_REACH_BYTES, type Escapes } from "./escape-watch.ts";
import type { EscapeKind } from "./escapes.ts";

export interface EscapedRegion extends Range {
  readonly kind: EscapeKind;
}

/** A word is not cut, so that no key is shortened; what is longer is no key. */
const WORD_BYTES_MAX = 4_096;

/** Returns regions that do not overlap among those of one kind. */
export function listEscapedRegions(text: Uint8Array, escapes: Escapes): EscapedRegion[] {
  const percent = listRegions(text, "percent", escapes.percent);
  // All strings of a notebook are code or output, and escaped.
  if (escapes.isNotebook) return [...percent, { kind: "backslash", start: 0, end: text.length }];
  return [...percent, ...listRegions(text, "backslash", escapes.backslash)];
}

function listRegions(
  text: Uint8Array,
  kind: EscapeKind,
  ranges: readonly number[],
): EscapedRegion[] {
  const regions: EscapedRegion[] = [];
  for (let index = 0; index < ranges.length; index += 2) {
    const region = { kind, ...widen(text, ranges[index] ?? 0, ranges[index + 1] ?? 0) };
    const last = regions.at(-1);
    if (last === undefined || region.start > last.end) regions.push(region);
    else regions[regions.length - 1] = { ...region, start: last.start };
  }
  return regions;
}

/** From white space in front of the first escape to white space behind the last, and a little on. */
function widen(text: Uint8Array, first: number, last: number): Range {
  const start = findSpaceBefore(text, Math.max(0, first - ESCAPE_REACH_BYTES));
  const end = findSpaceBehind(text, Math.min(text.length, last + ESCAPE_REACH_BYTES));
  return {
    start: Math.max(0, start - CONTEXT_BYTES),
    end: Math.min(text.length, end + CONTEXT_BYTES),
  };
}

function findSpaceBefore(text: Uint8Array, from: number): number {
  const min = Math.max(0, from - WORD_BYTES_MAX);
  let at = from;
  while (at > min && (text[at - 1] as number) > SPACE) at--;
  return at;
}

function findSpaceBehind(text: Uint8Array, from: number): number {
  const max = Math.min(text.length, from + WORD_BYTES_MAX);
  let at = from;
  while (at < max && (text[at] as number) > SPACE) at++;
  return at;
}

const SPACE = 0x20;
