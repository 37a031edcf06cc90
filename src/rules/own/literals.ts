/** Derives the texts of which every match of an own rule holds one. */
import { RegExpParser } from "@eslint-community/regexpp";
import { rewriteRe2 } from "../import/from-re2.ts";
import { LITERAL_BYTES_MIN, letterOf } from "../prefilter.ts";
import { logFrequency } from "../rarity.ts";
import { listSequences, type Sequence, writeOutSmallSets } from "../sequence.ts";

/** Longer texts reject hardly more. */
const LITERAL_BYTES_MAX = 16;

/**
 * @param pattern that RE2 takes.
 * @returns literals in lower case, Latin-1: the rarest of each way to match.
 * @throws Error that asks for keywords where the pattern does not tell.
 */
export function deriveLiterals(pattern: string): readonly string[] {
  const literals = listSequencesOf(pattern).flatMap(literalsOf);
  return [...new Set(literals)];
}

function listSequencesOf(pattern: string): readonly Sequence[] {
  if (READ_OTHERWISE.test(pattern)) throw new Error(NAME_KEYWORDS);
  try {
    const { pattern: javascript } = rewriteRe2(pattern, 0);
    if (NOT_REWRITTEN.test(javascript)) throw new Error(NAME_KEYWORDS);
    const tree = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(javascript);
    return listSequences(tree.alternatives, "im");
  } catch (cause) {
    throw new Error(NAME_KEYWORDS, { cause });
  }
}

/** Escapes that JavaScript reads in another way than RE2, or not at all. */
const READ_OTHERWISE = /\\(?:[0-9]|[a-zA-Z](?<![bBdDfnrstSvwWxzA]))/;
const NOT_REWRITTEN = /\\x(?![0-9a-fA-F]{2})|\[:/;

const NAME_KEYWORDS = `name keywords: it does not tell a text of at least ${LITERAL_BYTES_MIN} characters that every match holds`;

function literalsOf(sequence: Sequence): readonly string[] {
  const literal = findLiteral(sequence);
  if (literal !== undefined) return [literal];
  return writeOutSmallSets(sequence).map((written) => {
    const found = findLiteral(written);
    if (found === undefined) throw new Error(NAME_KEYWORDS);
    return found;
  });
}

function findLiteral(sequence: Sequence): string | undefined {
  const long = listRuns(sequence).filter((run) => run.length >= LITERAL_BYTES_MIN);
  return long.toSorted((a, b) => logFrequency(a) - logFrequency(b))[0];
}

/** Texts without a gap that stand in every match. */
function listRuns({ items }: Sequence): readonly string[] {
  const runs: string[] = [];
  let run = "";
  const end = () => {
    runs.push(run.slice(0, LITERAL_BYTES_MAX));
    run = "";
  };
  for (const item of items) {
    const letter = letterOf(item);
    if (letter === undefined) end();
    else run += letter.toLowerCase().repeat(Math.min(item.min, LITERAL_BYTES_MAX));
    // What may be repeated any further stands between what it follows and what follows it.
    if (letter !== undefined && item.min !== item.max) end();
  }
  end();
  return runs;
}
