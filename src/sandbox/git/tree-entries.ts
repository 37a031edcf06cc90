/** Lists what a commit's tree holds at a path; the same question is answered from memory. */
import { createLruMap } from "../../lib/lru-map.ts";
import { git } from "./git.ts";

export interface TreeEntry {
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly id: string;
  readonly size: number;
  readonly path: string;
}

/** A path with a slash at its end stands for what the folder holds; an empty one for the root. */
export type ListTreeEntries = (
  dir: string,
  commit: string,
  path: string,
) => Promise<readonly TreeEntry[]>;

const ANSWERS_MAX = 1_000;
/** Longer answers are for people who look at a folder. */
const REMEMBERED_ENTRIES_MAX = 4;

export function createListTreeEntries(): ListTreeEntries {
  const answers = createLruMap<string, readonly TreeEntry[]>(ANSWERS_MAX);
  return async (dir, commit, path) => {
    const key = `${dir} ${commit} ${path}`;
    const known = answers.find(key);
    if (known !== undefined) return known;
    const entries = await listEntries(dir, commit, path);
    if (entries.length <= REMEMBERED_ENTRIES_MAX) answers.set(key, entries);
    return entries;
  };
}

async function listEntries(dir: string, commit: string, path: string): Promise<TreeEntry[]> {
  const only = path === "" ? [] : [path];
  const args = ["--literal-pathspecs", "ls-tree", "-z", "--long", commit, "--", ...only];
  return (await git(dir, args))
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const tab = line.indexOf("\t");
      const [mode = "", type = "", id = "", size = ""] = line.slice(0, tab).split(/ +/);
      const kind = type as TreeEntry["type"];
      return { mode, type: kind, id, size: Number(size) || 0, path: line.slice(tab + 1) };
    });
}
