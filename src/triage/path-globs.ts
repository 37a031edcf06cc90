/** Path patterns as rules write them: `*`, `?`, `**`, and nothing else. */

/**
 * Compiles globs into one test. `**` spans folders, `*` and `?` stay within one name; a pattern
 * without a slash applies to the file name in any folder.
 *
 * A library would do, but this stage takes no packages, and four constructs of a closed rule set
 * are a dozen lines. The expression has no nested repetition.
 */
export function compileGlobs(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  const expression = new RegExp(`^(?:${globs.map(sourceOf).join("|")})$`);
  return (path) => expression.test(path);
}

function sourceOf(glob: string): string {
  const anchored = glob.includes("/") ? glob : `**/${glob}`;
  return anchored
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => TOKENS[part] ?? part.replace(/[.+^${}()|[\]\\]/g, "\\$&"))
    .join("");
}

const TOKENS: Readonly<Record<string, string>> = {
  "**/": "(?:[^/]*/)*",
  "**": ".*",
  "*": "[^/]*",
  "?": "[^/]",
};
