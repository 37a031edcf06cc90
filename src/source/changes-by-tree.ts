/** What `listChanges` tells, for commits that change more paths than git can list. */
import type { Change } from "../model/change.ts";
import { asObjectId, type ObjectId } from "../model/ids.ts";
import { runGit, streamGit } from "./git-child.ts";
import { type GitContext, localCall } from "./git-command.ts";
import { GitError, STOPPED } from "./git-error.ts";
import { type Range, rangeLines } from "./range.ts";
import { HEADER_LOG_ARGS, type LogHeader, readRawLog } from "./raw-log.ts";
import { searchTrees } from "./tree-search.ts";

const COMMITS_MAX = 2_000;

/**
 * Of each blob the first path in each commit that has it and none of whose parents does. What stood
 * there before is not told, so that a key in an edited file counts as added.
 *
 * @throws GitError `too-large` for more than 2,000 commits, and beyond the bounds of the search.
 */
export async function listChangesByTree(
  context: GitContext,
  range: Range,
  blobs: ReadonlySet<ObjectId>,
): Promise<readonly Change[]> {
  const commits = await listCommits(context, range);
  if (commits.size > COMMITS_MAX) throw new GitError("log", STOPPED["too-large"]);
  const roots = [...commits.values()].map(({ tree }) => tree);
  const find = await searchTrees(context, roots, blobs);
  const changes: Change[] = [];
  for (const { commit, author, committedAt } of await listHeaders(context, range)) {
    const { tree, parents = [] } = commits.get(commit) ?? {};
    if (tree === undefined) continue;
    const before = parents.flatMap((parent) => commits.get(parent)?.tree ?? []).map(find);
    for (const [blob, path] of find(tree)) {
      if (before.some((paths) => paths.has(blob))) continue;
      changes.push({ commit, author, committedAt, path, blob, oldBlobs: [], deletedBlobs: [] });
    }
  }
  return changes;
}

interface Commit {
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
}

async function listCommits(
  context: GitContext,
  range: Range,
): Promise<ReadonlyMap<ObjectId, Commit>> {
  const { stdout } = await runGit(
    localCall(context, {
      subcommand: "log",
      args: ["--no-patch", "--format=%H %T %P", "--stdin"],
      input: rangeLines(range),
    }),
  );
  const lines = stdout.toString("latin1").split("\n").filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [id, tree, ...parents] = line.trimEnd().split(" ");
      return [asObjectId(id), { tree: asObjectId(tree), parents: parents.map(asObjectId) }];
    }),
  );
}

/** Oldest first. */
async function listHeaders(context: GitContext, range: Range): Promise<readonly LogHeader[]> {
  const output = streamGit(
    localCall(context, {
      subcommand: "log",
      args: [...HEADER_LOG_ARGS, "--stdin"],
      input: rangeLines(range),
    }),
  );
  const headers: LogHeader[] = [];
  for await (const items of readRawLog(output)) {
    headers.push(...items.filter((item) => item.kind === "header"));
  }
  return headers;
}
