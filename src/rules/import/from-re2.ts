/** Rewrites a pattern of Go's RE2 syntax as one that our compiler takes. */
import { type AST, RegExpParser, visitRegExpAST } from "@eslint-community/regexpp";

export interface RewrittenPattern {
  readonly pattern: string;
  readonly ignoreCase: boolean;
  /** What the new pattern does differently, in sentences. */
  readonly notes: readonly string[];
}

/** An open repetition gets this bound: keys are shorter. */
const REPEAT_MAX = 256;

/**
 * @param group the number of the group that is the key; 0 leaves the choice to the pattern.
 * @throws Error saying what cannot be written in our syntax.
 */
export function rewriteRe2(source: string, group: number): RewrittenPattern {
  const notes: string[] = [];
  const { pattern: plain, ignoreCase } = removeFlags(source, notes);
  // Text before a name that is optional anyway: it finds nothing more and costs much.
  const trimmed = plain.replace(/^\[\\w\.-\]\{0,\d+\}\??/, "");
  const javascript = trimmed
    .replace(/\(\?P</g, "(?<")
    .replace(/\\z/g, "$")
    .replace(/\\A/g, "^")
    .replace(/\\x\{0*([0-7][0-9a-fA-F])\}/g, "\\x$1")
    .replace(/\[:(\w+):\]/g, (whole, name: string) => POSIX[name] ?? whole);
  if (/\\[pPQEC]|\(\?[a-zA-Z-]*U/.test(javascript)) {
    throw new Error("it uses classes or quotes that JavaScript has not");
  }
  const tree = parse(javascript);
  return { pattern: edit(javascript, tree, group, notes), ignoreCase, notes };
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  digit: "0-9",
  lower: "a-z",
  upper: "A-Z",
  xdigit: "A-Fa-f0-9",
  word: "\\w",
  space: "\\s",
};

/** Case counts for a whole rule or not at all; line borders are what `^` and `$` mean here anyway. */
function removeFlags(
  source: string,
  notes: string[],
): { readonly pattern: string; readonly ignoreCase: boolean } {
  const start = /^\(\?([ims]+)\)/.exec(source)?.[0] ?? "";
  const rest = source.slice(start.length);
  const inner = /\(\?(?:[ims]*-[ims]+|[ims]+)[:)]/.test(rest);
  if (inner) notes.push("Case counts nowhere in it: it did in a part of the pattern.");
  const pattern = rest
    .replace(/\(\?(?:[ims]*-[ims]+|[ims]+)\)/g, "")
    .replace(/\(\?(?:[ims]*-[ims]+|[ims]+):/g, "(?:");
  return { pattern, ignoreCase: start.includes("i") || /\(\?[ms]*i/.test(rest) };
}

function parse(pattern: string): AST.Pattern {
  try {
    return new RegExpParser({ ecmaVersion: 2025 }).parsePattern(pattern);
  } catch {
    throw new Error("it is no regular expression of JavaScript");
  }
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Bounds what is open, and names the group that is the key. */
function edit(pattern: string, tree: AST.Pattern, group: number, notes: string[]): string {
  const edits: Edit[] = [];
  let groupCount = 0;
  visitRegExpAST(tree, {
    onQuantifierEnter(node) {
      if (node.max !== Number.POSITIVE_INFINITY) return;
      const max = Math.max(REPEAT_MAX, node.min);
      const lazy = node.greedy ? "" : "?";
      edits.push({ start: node.element.end, end: node.end, text: `{${node.min},${max}}${lazy}` });
    },
    onCapturingGroupEnter(node) {
      groupCount += 1;
      if (groupCount !== group || node.name === "key") return;
      const opening = node.name === null ? "(" : `(?<${node.name}>`;
      edits.push({ start: node.start, end: node.start + opening.length, text: "(?<key>" });
    },
  });
  if (group > groupCount) throw new Error(`it has no group ${group}, which should be the key`);
  if (edits.some(({ text }) => text.startsWith("{"))) {
    notes.push(`Repetitions without an end stop at ${REPEAT_MAX}.`);
  }
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce(
      (text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end),
      pattern,
    );
}
