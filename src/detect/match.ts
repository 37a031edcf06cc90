/** Runs a rule's regular expression at the starts that were proposed for it. */
import { CONTEXT_BYTES, type CompiledRule } from "../model/rule.ts";
import { byteText } from "./byte-text.ts";
import { type Candidate, keyOf } from "./candidate.ts";
import { isGenuine } from "./genuine.ts";

export interface Matches {
  /** By position. */
  readonly candidates: readonly Candidate[];
  /** True when the search ended at the limit of matches. */
  readonly isCut: boolean;
}

/** Searches a fragment at the starts of these ranges: first and last start, alternately, ascending. */
export type Matcher = (bytes: Uint8Array, ranges: readonly number[]) => Matches;

/** Matches of one rule in one fragment at most. */
export const MATCHES_MAX = 1_000;

/**
 * The match at a start counts when its key looks genuine; the search then goes on behind it. A
 * match that does not count hides nothing: the next start is tried.
 */
export function createMatcher(rule: CompiledRule): Matcher {
  let expression: RegExp | undefined;
  return (bytes, ranges) => {
    // Compiling is put off until a rule's literal is seen: most never are in one process.
    expression ??= new RegExp(rule.pattern, `${rule.flags}dy`);
    const candidates: Candidate[] = [];
    let next = 0;
    for (let index = 0; index < ranges.length; index += 2) {
      const first = Math.max(next, ranges[index] ?? 0);
      const window = openWindow(rule, bytes, first, ranges[index + 1] ?? 0);
      while (window.start <= window.last) {
        const candidate = nextCandidate(rule, expression, window);
        if (candidate === undefined) continue;
        if (candidates.length >= MATCHES_MAX) return { candidates, isCut: true };
        candidates.push(candidate);
        next = candidate.match.end;
        window.start = Math.max(window.start, next);
      }
    }
    return { candidates, isCut: false };
  };
}

/** The part of the fragment that can decide the matches at some starts. */
interface Window {
  readonly text: string;
  /** Where the text begins in the fragment. */
  readonly offset: number;
  /** The next start to try. */
  start: number;
  readonly last: number;
}

function openWindow(rule: CompiledRule, bytes: Uint8Array, start: number, last: number): Window {
  const offset = Math.max(0, start - CONTEXT_BYTES);
  const text = start > last ? "" : byteText(bytes, offset, last + rule.spanMax);
  return { text, offset, start, last };
}

/** Tries the next start, and moves on to the one after it. */
function nextCandidate(
  rule: CompiledRule,
  expression: RegExp,
  window: Window,
): Candidate | undefined {
  const { text, offset, start } = window;
  window.start++;
  expression.lastIndex = start - offset;
  const match = expression.exec(text);
  if (match === null) return undefined;
  const key = keyOf(match, offset);
  if (!isGenuine(rule, key.text)) return undefined;
  return { rule, match: { start, end: start + match[0].length }, key };
}
