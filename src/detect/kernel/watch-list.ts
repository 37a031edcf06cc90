/** The literals of all rules, each with the prefilters that wait for it. */
import type { CompiledRules, Prefilter } from "../../model/rule.ts";
import type { WatchedRule } from "../proposal.ts";

export interface WatchedLiteral {
  /** Letters in lower case; what is longer than the kernel compares is cut. */
  readonly text: string;
  /** Of the whole literal: the run begins behind it. */
  readonly length: number;
  readonly watches: readonly Watch[];
}

export interface Watch extends WatchedRule {
  /** Its number among all watches, which a hit names. */
  readonly id: number;
  /** The literal as written, cut like the text; absent where case does not matter. */
  readonly exact?: string;
  readonly run: Prefilter["run"];
}

/** The kernel compares eight bytes at once. Longer texts are left to the regular expression. */
const COMPARED_BYTES_MAX = 8;

export function listWatchedLiterals(rules: CompiledRules): WatchedLiteral[] {
  const literals = new Map<string, { text: string; length: number; watches: Watch[] }>();
  let count = 0;
  for (const [rule, { prefilters }] of rules.rules.entries()) {
    for (const prefilter of prefilters) {
      const { literal } = prefilter;
      const folded = literal.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      const known = literals.get(folded) ?? {
        text: folded.slice(0, COMPARED_BYTES_MAX),
        length: literal.length,
        watches: [],
      };
      known.watches.push(toWatch(count, rule, prefilter));
      literals.set(folded, known);
      count++;
    }
  }
  return [...literals.values()];
}

function toWatch(id: number, rule: number, prefilter: Prefilter): Watch {
  const { literal, ignoreCase, offsetMin, offsetMax, joinWithin, run } = prefilter;
  const isExact = !ignoreCase && /[a-z]/i.test(literal);
  return {
    id,
    rule,
    offsetMin,
    offsetMax,
    joinWithin,
    ...(isExact ? { exact: literal.slice(0, COMPARED_BYTES_MAX) } : {}),
    run,
  };
}
