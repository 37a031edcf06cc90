/** Every file that belongs to the repository: what is committed, and what is about to be. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TextFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

export const ROOT: string = join(import.meta.dirname, "..", "..");

/** Paths of all files that `.gitignore` does not leave out, in order. */
export function listPaths(): readonly string[] {
  // An empty index beside the work tree answers in an unpacked archive as well as in a clone.
  const gitDir = mkdtempSync(join(tmpdir(), "rekeeper-index-"));
  try {
    execFileSync("git", ["init", "--quiet", "--bare", gitDir]);
    const args = [`--git-dir=${gitDir}`, `--work-tree=${ROOT}`, "ls-files", "-z"];
    const listed = execFileSync("git", [...args, "--others", "--exclude-standard"], { cwd: ROOT });
    return listed.toString("utf8").split("\0").filter(Boolean).toSorted();
  } finally {
    rmSync(gitDir, { recursive: true, force: true });
  }
}

/** The text files among them, read; a file with a zero byte is none. */
export function listTextFiles(isWanted: (path: string) => boolean): readonly TextFile[] {
  return listPaths()
    .filter(isWanted)
    .filter((path) => existsSync(join(ROOT, path)))
    .map((path) => ({ path, text: readText(path) }))
    .filter(({ text }) => !text.includes("\0"));
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
