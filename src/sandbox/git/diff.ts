/** Reads what lies between two commits, file by file, as a pull request shows it. */
import { gitBytes } from "./git.ts";

export interface DiffFile {
  readonly path: string;
  /** Where it was before, if it was moved. */
  readonly previousPath: string | null;
  readonly status: "added" | "removed" | "modified" | "renamed";
  /** Object id of the new contents; of the old ones where the file is removed. */
  readonly blobId: string;
  readonly additions: number;
  readonly deletions: number;
  /** Hunks without their file head; undefined for a binary file, or where nothing but the name is new. */
  readonly patch: string | undefined;
}

/** GitHub shows no patch beyond this, and the API then leaves the field out. */
const PATCH_BYTES_MAX = 500_000;
const OPTIONS = ["--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", "--no-abbrev"];

/** In order of path, all of them: who answers a client cuts. */
export async function listDiffFiles(dir: string, from: string, to: string): Promise<DiffFile[]> {
  const diff = (form: readonly string[]): Promise<string> =>
    gitBytes(dir, ["diff", ...OPTIONS, ...form, from, to, "--"]).then((bytes) =>
      bytes.toString("utf8"),
    );
  const [raw, counts, patches] = await Promise.all([
    diff(["--raw", "-z"]),
    diff(["--numstat", "-z"]),
    diff(["--patch"]),
  ]);
  const files = readRaw(raw);
  const numbers = readNumbers(counts);
  const sections = patches.split(/^(?=diff --git )/m).filter((section) => section !== "");
  return files.map((file, index) => {
    const [additions = 0, deletions = 0] = numbers[index] ?? [];
    return { ...file, additions, deletions, patch: readPatch(sections[index] ?? "") };
  });
}

type RawFile = Omit<DiffFile, "additions" | "deletions" | "patch">;

/** `:100644 100644 OLD NEW M\0path\0`, with two paths for a rename. */
function readRaw(raw: string): RawFile[] {
  const tokens = raw.split("\0");
  const files: RawFile[] = [];
  for (let at = 0; at + 1 < tokens.length; ) {
    const [, , oldId = "", newId = "", letter = ""] = (tokens[at] ?? "").split(" ");
    const renamed = letter.startsWith("R");
    const path = tokens[at + (renamed ? 2 : 1)] ?? "";
    files.push({
      path,
      previousPath: renamed ? (tokens[at + 1] ?? "") : null,
      status: statusOf(letter),
      blobId: letter === "D" ? oldId : newId,
    });
    at += renamed ? 3 : 2;
  }
  return files;
}

function statusOf(letter: string): DiffFile["status"] {
  if (letter === "A") return "added";
  if (letter === "D") return "removed";
  return letter.startsWith("R") ? "renamed" : "modified";
}

/** `3\t1\tpath\0`; for a rename `3\t1\t\0old\0new\0`; for a binary file `-\t-\t`. */
function readNumbers(counts: string): (readonly [number, number])[] {
  const lines = counts.split("\0").filter((token) => /^(?:\d+|-)\t(?:\d+|-)\t/.test(token));
  return lines.map((line) => {
    const [additions = "", deletions = ""] = line.split("\t");
    return [Number.parseInt(additions, 10) || 0, Number.parseInt(deletions, 10) || 0];
  });
}

function readPatch(section: string): string | undefined {
  const start = section.search(/^@@ /m);
  if (start === -1 || section.length - start > PATCH_BYTES_MAX) return undefined;
  return section.slice(start).replace(/\n$/, "");
}
