/** Reads a unified diff, as `git diff` and `diff -u` print it: the lines that it adds. */

export interface DiffHunk {
  /** Of the new version. */
  readonly path: string;
  /** Number of the first line of `text` in the new version. */
  readonly line: number;
  /** The new version of the hunk: what is added, with the unchanged lines around it. */
  readonly text: string;
  /** Lines of `text` that the diff adds, from 1. */
  readonly added: ReadonlySet<number>;
}

/** Yields the hunks that add anything. Lines outside of hunks are passed over. */
export function* readUnifiedDiff(text: string): Generator<DiffHunk> {
  let path = "";
  let hunk: OpenHunk | undefined;
  for (const line of text.split("\n")) {
    if (hunk !== undefined && (hunk.newLeft > 0 || hunk.oldLeft > 0)) {
      takeLine(hunk, line);
      continue;
    }
    const start = HUNK.exec(line);
    if (start === null) {
      if (line.startsWith("+++ ")) path = pathOf(line.slice("+++ ".length));
      continue;
    }
    if (hunk !== undefined && hunk.added.size > 0) yield close(hunk);
    hunk = open(path, start);
  }
  if (hunk !== undefined && hunk.added.size > 0) yield close(hunk);
}

interface OpenHunk {
  readonly path: string;
  readonly line: number;
  readonly lines: string[];
  readonly added: Set<number>;
  oldLeft: number;
  newLeft: number;
}

/** A count that is left out is 1. */
const HUNK = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

function open(path: string, [, oldCount, line, newCount]: RegExpExecArray): OpenHunk {
  return {
    path,
    line: Number(line),
    lines: [],
    added: new Set(),
    oldLeft: Number(oldCount ?? 1),
    newLeft: Number(newCount ?? 1),
  };
}

function takeLine(hunk: OpenHunk, line: string): void {
  const sign = line[0];
  // "\ No newline at end of file"
  if (sign === "\\") return;
  if (sign === "-") {
    hunk.oldLeft -= 1;
    return;
  }
  hunk.lines.push(line.slice(1));
  hunk.newLeft -= 1;
  if (sign === "+") hunk.added.add(hunk.lines.length);
  else hunk.oldLeft -= 1;
}

function close({ path, line, lines, added }: OpenHunk): DiffHunk {
  return { path, line, text: lines.join("\n"), added };
}

/** `b/src/a.ts`, quoted where it has unusual bytes, with a date behind a tab from other programs. */
function pathOf(name: string): string {
  const [plain = ""] = name.split("\t");
  const unquoted = /^".*"$/.test(plain) ? unquote(plain.slice(1, -1)) : plain;
  return unquoted.replace(/^b\//, "");
}

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  "\\": 92,
};

/** As git quotes paths: bytes of UTF-8 in octal, and the escapes of C. */
function unquote(quoted: string): string {
  const parts = quoted.match(/\\[0-7]{3}|\\.|[^\\]+/gs) ?? [];
  return Buffer.concat(
    parts.map((part) => {
      if (!part.startsWith("\\")) return Buffer.from(part);
      const octal = Number.parseInt(part.slice(1), 8);
      return Buffer.from([ESCAPES[part.slice(1)] ?? octal]);
    }),
  ).toString("utf8");
}
