/** Chooses the parts of a text around escapes that are read without them. */
import { CONTEXT_BYTES } from "../../model/rule.ts";
import type { Range } from "../candidate.ts";
import type { EscapeKind } from "./escapes.ts";

export interface EscapedRegion extends Range {
  readonly kind: EscapeKind;
}

/** Text around an escape that a match may need. */
const REGION_BYTES = 512;
/** A word is not cut, so that no key is shortened; what is longer is no key. */
const WORD_BYTES_MAX = 4_096;

/**
 * Returns regions that do not overlap among those of one kind.
 *
 * @param starts of escapes, or of the word that tells a notebook: ranges of first and last start.
 */
export function listEscapedRegions(text: Uint8Array, starts: readonly number[]): EscapedRegion[] {
  const percent: EscapedRegion[] = [];
  const backslash: EscapedRegion[] = [];
  for (let index = 0; index < starts.length; index += 2) {
    const last = starts[index + 1] ?? 0;
    for (let at = starts[index] ?? 0; at <= last; at++) {
      // All strings of a notebook are code or output, and escaped.
      if (text[at] === QUOTE)
        return [...widen(text, percent), { kind: "backslash", start: 0, end: text.length }];
      if (text[at] === PERCENT) extend(percent, "percent", at, text.length);
      else extend(backslash, "backslash", at, text.length);
    }
  }
  return [...widen(text, percent), ...widen(text, backslash)];
}

/** Makes the last region reach around the escape at `at`, or begins the next one. */
function extend(regions: EscapedRegion[], kind: EscapeKind, at: number, textEnd: number): void {
  const start = Math.max(0, at - REGION_BYTES);
  const end = Math.min(textEnd, at + REGION_BYTES);
  const last = regions.at(-1);
  if (last === undefined || start > last.end) regions.push({ kind, start, end });
  else regions[regions.length - 1] = { ...last, end };
}

/** Moves the ends of regions behind white space, and joins those that meet. */
function widen(text: Uint8Array, regions: readonly EscapedRegion[]): EscapedRegion[] {
  const wide: EscapedRegion[] = [];
  for (const region of regions) {
    const last = wide.at(-1);
    const start = Math.max(0, findSpaceBefore(text, region.start) - CONTEXT_BYTES);
    const end = Math.min(text.length, findSpaceBehind(text, region.end) + CONTEXT_BYTES);
    if (last === undefined || start > last.end) wide.push({ ...region, start, end });
    else wide[wide.length - 1] = { ...last, end: Math.max(last.end, end) };
  }
  return wide;
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
const QUOTE = 0x22;
const PERCENT = 0x25;
