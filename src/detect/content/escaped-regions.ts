/** Chooses the parts of a text around escapes that are read without them. */
import type { Range } from "../candidate.ts";
import type { EscapeKind } from "./escapes.ts";

export interface EscapedRegion extends Range {
  readonly kind: EscapeKind;
}

/** Text around an escape that a match may need. */
const CONTEXT_BYTES = 512;

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
        return [...percent, { kind: "backslash", start: 0, end: text.length }];
      if (text[at] === PERCENT) extend(percent, "percent", at, text.length);
      else extend(backslash, "backslash", at, text.length);
    }
  }
  return [...percent, ...backslash];
}

/** Makes the last region reach around the escape at `at`, or begins the next one. */
function extend(regions: EscapedRegion[], kind: EscapeKind, at: number, textEnd: number): void {
  const start = Math.max(0, at - CONTEXT_BYTES);
  const end = Math.min(textEnd, at + CONTEXT_BYTES);
  const last = regions.at(-1);
  if (last === undefined || start > last.end) regions.push({ kind, start, end });
  else regions[regions.length - 1] = { ...last, end };
}

const QUOTE = 0x22;
const PERCENT = 0x25;
