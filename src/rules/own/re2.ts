/**
 * Runs patterns that nobody vouches for: RE2 takes time in proportion to text and pattern, whatever
 * both say.
 */
import { RE2JS, RE2JSSyntaxException } from "re2js";

export interface Re2 {
  /** Instructions of the compiled pattern; searching takes at most so many steps a character. */
  readonly size: number;
  /** The first match at or behind `from`, which sees the text before it as its surroundings. */
  find(text: string, from: number): Re2Match | undefined;
}

export interface Re2Match {
  readonly start: number;
  readonly end: number;
  /** Of group `key`, else of group 1, else of the whole match. */
  readonly keyStart: number;
  readonly keyEnd: number;
}

/** @throws Error with one sentence about what is wrong in the pattern. */
export function compileRe2(pattern: string, ignoreCase: boolean): Re2 {
  const compiled = compile(pattern, ignoreCase);
  const groups = listKeyGroups(compiled);
  return {
    size: compiled.programSize(),
    find(text, from) {
      const matcher = compiled.matcher(text);
      if (!matcher.find(from)) return undefined;
      const group = groups.find((candidate) => matcher.start(candidate) >= 0) ?? 0;
      return {
        start: matcher.start(),
        end: matcher.end(),
        keyStart: matcher.start(group),
        keyEnd: matcher.end(group),
      };
    },
  };
}

function compile(pattern: string, ignoreCase: boolean): RE2JS {
  const caseFlag = ignoreCase ? RE2JS.CASE_INSENSITIVE : 0;
  try {
    // As in every rule `^` and `$` are line borders: a search never sees the whole file.
    return RE2JS.compile(pattern, RE2JS.MULTILINE | caseFlag);
  } catch (cause) {
    // Without the pattern, which the library's own sentence quotes.
    const detail = cause instanceof RE2JSSyntaxException ? `: ${cause.getDescription()}` : "";
    throw new Error(`this is no regular expression of RE2, which has no look-around${detail}`, {
      cause,
    });
  }
}

/** In the order in which they are looked at. */
function listKeyGroups(compiled: RE2JS): readonly number[] {
  const named = compiled.namedGroups()["key"];
  const first = compiled.groupCount() > 0 ? [1] : [];
  return named === undefined ? first : [named, ...first];
}
