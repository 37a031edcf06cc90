/** Says what is wrong with a path pattern, before it can fail to match in silence. */

const GLOB_CHARACTERS_MAX = 100;

/** @returns what to do about it, or undefined for a pattern that triage/path-globs.ts matches. */
export function findGlobProblem(glob: string): string | undefined {
  if (glob.length === 0) return "write a path pattern, such as test/**";
  if (glob.length > GLOB_CHARACTERS_MAX) {
    return `path patterns have at most ${GLOB_CHARACTERS_MAX} characters: shorten it with * or **`;
  }
  return FAULTS.find(({ form }) => form.test(glob))?.advice;
}

const FAULTS: readonly { readonly form: RegExp; readonly advice: string }[] = [
  { form: /[\p{Cc}\p{Cf}]/u, advice: "the path pattern holds an invisible character: remove it" },
  { form: /\\/, advice: "write paths with /, not with \\" },
  { form: /^!/, advice: "a pattern cannot be negated: name what it shall match" },
  { form: /[[\]{}]/, advice: "brackets and braces are not read: write one pattern per line" },
  { form: /^\//, advice: "paths begin at the top of the repository: leave out the first /" },
  { form: /\/$/, advice: "for everything in a folder write folder/**" },
  { form: /(?:^|\/)\.{1,2}(?:\/|$)/, advice: "paths begin at the top: leave out ./ and ../" },
  { form: /\/\//, advice: "there is a / too many in this pattern" },
  { form: /\*\*[^/]|[^/]\*\*/, advice: "** stands alone between slashes, as in test/**/*.pem" },
  { form: /^[*?/]+$/, advice: "this matches every file: name a folder or an ending" },
];
