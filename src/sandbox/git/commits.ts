/** Reads the commits of a push with the paths that each of them touches. */
import { LIMITS } from "../limits.ts";
import { git, gitWithinMemory } from "./git.ts";

export interface Commit {
  readonly id: string;
  readonly treeId: string;
  readonly parentIds: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  /** ISO 8601 with the author's offset, the committer's. */
  readonly authoredAt: string;
  readonly committedAt: string;
  readonly message: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

export interface Person {
  readonly name: string;
  readonly email: string;
}

const FIELDS = ["%H", "%T", "%an", "%ae", "%cn", "%ce", "%cI", "%aI", "%P", "%B"];
const HEADER = /^[0-9a-f]{40,64}$/;

/**
 * The commits that `tip` reaches but none of `exclude` does, oldest first; of more than 2,048 the
 * newest. Paths are compared with the first parent, at most 3,000 for each commit.
 */
export async function listCommits(
  dir: string,
  tip: string,
  exclude: readonly string[],
): Promise<Commit[]> {
  const range = ["--end-of-options", tip, ...exclude.map((id) => `^${id}`)];
  return await readCommits(dir, [`--max-count=${LIMITS.commitsOfPush}`, ...range]);
}

/** One commit; an annotated tag is followed to the commit it names. */
export async function getCommit(dir: string, id: string): Promise<Commit> {
  const [commit] = await readCommits(dir, ["--max-count=1", "--end-of-options", id]);
  if (commit === undefined) throw new Error(`object ${id} names no commit`);
  return commit;
}

/** The ids among those of `listCommits` that no ref held before the push. */
export async function listNewIds(
  dir: string,
  tip: string,
  known: readonly string[],
): Promise<ReadonlySet<string>> {
  const input = `${[tip, ...known.map((id) => `^${id}`)].join("\n")}\n`;
  const args = ["rev-list", `--max-count=${LIMITS.commitsOfPush}`, "--stdin"];
  return new Set((await git(dir, args, input)).split("\n").filter((id) => id !== ""));
}

async function readCommits(dir: string, selection: readonly string[]): Promise<Commit[]> {
  const format = `--format=tformat:${FIELDS.join("%x00")}`;
  const log = await git(dir, ["log", "-z", "--no-show-signature", format, ...selection]);
  const fields = log.split("\0");
  const ids: string[] = [];
  const bare: Omit<Commit, "added" | "removed" | "modified">[] = [];
  for (let at = 0; at + FIELDS.length <= fields.length; at += FIELDS.length) {
    const field = (index: number): string => fields[at + index] ?? "";
    ids.push(field(0));
    bare.push({
      id: field(0),
      treeId: field(1),
      author: { name: field(2), email: field(3) },
      committer: { name: field(4), email: field(5) },
      committedAt: field(6),
      authoredAt: field(7),
      parentIds: field(8)
        .split(" ")
        .filter((id) => id !== ""),
      message: field(9).replace(/\n+$/, ""),
    });
  }
  const paths = await readPaths(dir, ids);
  return bare.map((commit) => ({ ...commit, ...(paths.get(commit.id) ?? emptyPaths()) })).reverse();
}

interface Paths {
  readonly added: string[];
  readonly removed: string[];
  readonly modified: string[];
}

async function readPaths(dir: string, ids: readonly string[]): Promise<Map<string, Paths>> {
  const options = ["--stdin", "-r", "-z", "--root", "--name-status", "--no-renames"];
  const args = ["diff-tree", ...options, "--diff-merges=first-parent"];
  const all = new Map<string, Paths>();
  const listed = await gitWithinMemory(dir, args, `${ids.join("\n")}\n`).catch(() => undefined);
  // Of commits with more paths than can be listed a payload names none.
  if (listed === undefined) return all;
  const tokens = listed.split("\0");
  let paths = emptyPaths();
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? "";
    if (HEADER.test(token)) {
      paths = emptyPaths();
      all.set(token, paths);
    } else if (token !== "") {
      at += 1;
      addPath(paths, token, tokens[at] ?? "");
    }
  }
  return all;
}

function addPath(paths: Paths, status: string, path: string): void {
  if (paths.added.length + paths.removed.length + paths.modified.length >= LIMITS.pathsOfCommit)
    return;
  if (status === "A") paths.added.push(path);
  else if (status === "D") paths.removed.push(path);
  else paths.modified.push(path);
}

function emptyPaths(): Paths {
  return { added: [], removed: [], modified: [] };
}
