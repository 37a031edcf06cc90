/**
 * Path patterns as rules and people write them: `*`, `?`, `**`, and nothing else.
 *
 * People may write any pattern, so none of this is a regular expression: `*a*a*a*a` would let one
 * try ever more ways to match. Here a mismatch goes back to the last star only, which is enough
 * (an earlier star can take nothing that the last one cannot), so that a test takes at most the
 * length of the pattern times the length of the path.
 */

/** Nobody's path; one that long matches no pattern, so that no pattern silences it. */
const PATH_CHARACTERS_MAX = 1_024;

/**
 * Compiles globs into one test. `**` spans folders, `*` and `?` stay within one name; a pattern
 * without a slash applies to the file name in any folder.
 */
export function compileGlobs(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.map(namesOf);
  return (path) => {
    if (patterns.length === 0 || path.length > PATH_CHARACTERS_MAX) return false;
    const names = path.split("/");
    return patterns.some((pattern) => matchesAll(pattern, names, MATCH_NAMES));
  };
}

const SPAN = "**";

function namesOf(glob: string): readonly string[] {
  const names = (glob.includes("/") ? glob : `**/${glob}`).split("/");
  // `folder/**` means what is in the folder, not a file of that name.
  return names.at(-1) === SPAN ? [...names, "*"] : names;
}

interface Matching {
  /** True for the part of a pattern that takes any number of items. */
  readonly isSpan: (part: string | undefined) => boolean;
  readonly matchesOne: (part: string, item: string) => boolean;
}

const MATCH_NAMES: Matching = {
  isSpan: (part) => part === SPAN,
  matchesOne: (part, name) => part === name || matchesAll(part, name, MATCH_CHARACTERS),
};

const MATCH_CHARACTERS: Matching = {
  isSpan: (part) => part === "*",
  matchesOne: (part, character) => part === "?" || part === character,
};

function matchesAll(
  pattern: ArrayLike<string>,
  items: ArrayLike<string>,
  { isSpan, matchesOne }: Matching,
): boolean {
  let part = 0;
  let item = 0;
  let lastSpan = -1;
  let spannedTo = 0;
  while (item < items.length) {
    if (isSpan(pattern[part])) {
      lastSpan = part;
      spannedTo = item;
      part += 1;
    } else if (part < pattern.length && matchesOne(pattern[part] ?? "", items[item] ?? "")) {
      part += 1;
      item += 1;
    } else if (lastSpan >= 0) {
      // The last star takes one more, and what follows it is tried again.
      spannedTo += 1;
      item = spannedTo;
      part = lastSpan + 1;
    } else {
      return false;
    }
  }
  while (isSpan(pattern[part])) part += 1;
  return part === pattern.length;
}
