/** Finds the commit that a sha, branch or tag names, mostly without starting git. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createLruMap } from "../../lib/lru-map.ts";
import { OBJECT_ID } from "../../model/ids.ts";
import type { Repository } from "../state.ts";
import { git } from "./git.ts";

/** Gives undefined where there is none of that name. */
export type FindCommit = (
  dir: string,
  repository: Repository,
  revision: string,
) => Promise<string | undefined>;

const FOUND_MAX = 10_000;

/** A whole service asks for the default branch, and for commits that it knows, again and again. */
export function createFindCommit(): FindCommit {
  // What an id names never changes, and nothing is ever cleared away here.
  const found = createLruMap<string, string>(FOUND_MAX);
  return async (dir, repository, revision) => {
    const key = `${dir} ${revision}`;
    const isId = OBJECT_ID.test(revision);
    const known = isId ? found.find(key) : undefined;
    if (known !== undefined) return known;
    const isDefault = revision === repository.defaultBranch;
    const tip = isDefault ? await readTip(dir, revision) : undefined;
    const commit = tip ?? (await askGit(dir, revision));
    if (isId && commit !== undefined) found.set(key, commit);
    return commit;
  };
}

/** Undefined where only git can tell: refs are packed, or a tag of this name comes first. */
async function readTip(dir: string, branch: string): Promise<string | undefined> {
  if (existsSync(join(dir, "packed-refs"))) return undefined;
  if (existsSync(join(dir, "refs", "tags", branch))) return undefined;
  try {
    const text = (await readFile(join(dir, "refs", "heads", branch), "utf8")).trim();
    return OBJECT_ID.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** git knows the short names of branches with tags just as GitHub does: `main`, `heads/main`. */
async function askGit(dir: string, revision: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  try {
    return (await git(dir, args)).trim().split("\n").at(-1);
  } catch {
    return undefined;
  }
}
