/** Keeps what a pull request needs of git: its head in the base's repository, its size, its merge. */
import type { PullSize } from "../conversation.ts";
import { listDiffFiles } from "./diff.ts";
import { git, gitSucceeds } from "./git.ts";

export interface PullPlace {
  /** Folders of the repositories; the same one unless the head is a fork's. */
  readonly baseDir: string;
  readonly headDir: string;
  readonly number: number;
}

/** Lets `refs/pull/N/head` name the commit, brought over from the fork where it is one. */
export async function writePullHead(place: PullPlace, headSha: string): Promise<void> {
  const { baseDir, headDir, number } = place;
  if (baseDir !== headDir) {
    await git(baseDir, [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-write-fetch-head",
      headDir,
      headSha,
    ]);
  }
  await git(baseDir, ["update-ref", `refs/pull/${number}/head`, headSha]);
}

/** Where the two sides parted, or undefined where they have no past in common. */
export async function findMergeBase(
  dir: string,
  baseSha: string,
  headSha: string,
): Promise<string | undefined> {
  try {
    return (await git(dir, ["merge-base", baseSha, headSha])).trim();
  } catch {
    return undefined;
  }
}

/** Counts what merging would bring; both commits must be in the repository. */
export async function measurePull(
  dir: string,
  baseSha: string,
  headSha: string,
): Promise<PullSize> {
  const from = (await findMergeBase(dir, baseSha, headSha)) ?? baseSha;
  const [count, files, merged] = await Promise.all([
    git(dir, ["rev-list", "--count", headSha, `^${baseSha}`]),
    listDiffFiles(dir, from, headSha),
    mergeTrees(dir, baseSha, headSha),
  ]);
  return {
    commitCount: Number(count),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    fileCount: files.length,
    mergeable: merged !== undefined,
  };
}

export function isAncestor(dir: string, older: string, newer: string): Promise<boolean> {
  return gitSucceeds(dir, ["merge-base", "--is-ancestor", older, newer]);
}

/** The tree of a merge without conflicts, or undefined where there are some. */
async function mergeTrees(dir: string, ours: string, theirs: string): Promise<string | undefined> {
  try {
    return (await git(dir, ["merge-tree", "--write-tree", ours, theirs])).split("\n", 1)[0];
  } catch {
    return undefined;
  }
}

export interface MergeCommit {
  readonly baseSha: string;
  readonly headSha: string;
  /** A squash has the base as its only parent. */
  readonly squash: boolean;
  readonly message: string;
  readonly author: string;
}

/** Makes the commit that merging would push; undefined where there are conflicts. */
export async function commitMerge(dir: string, merge: MergeCommit): Promise<string | undefined> {
  const tree = await mergeTrees(dir, merge.baseSha, merge.headSha);
  if (tree === undefined) return undefined;
  const who = [
    "-c",
    `user.name=${merge.author}`,
    "-c",
    `user.email=${merge.author}@users.noreply.github.com`,
  ];
  const parents = merge.squash ? [merge.baseSha] : [merge.baseSha, merge.headSha];
  const args = ["commit-tree", tree, ...parents.flatMap((id) => ["-p", id])];
  return (await git(dir, [...who, ...args], merge.message)).trim();
}
