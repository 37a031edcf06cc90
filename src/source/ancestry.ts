/** How two commits of a cache are related. */
import { asObjectId, type ObjectId } from "../model/ids.ts";
import { runGit } from "./git-child.ts";
import { type GitContext, idLines, localCall } from "./git-command.ts";

/** `merge-base` exits with 1 to say no. */
const STATUSES = [0, 1];

/** True when `ancestor` is `descendant` or one of its ancestors. Throws when either is not here. */
export async function isAncestor(
  context: GitContext,
  { ancestor, descendant }: { readonly ancestor: ObjectId; readonly descendant: ObjectId },
): Promise<boolean> {
  const { status } = await runGit(
    localCall(context, {
      subcommand: "merge-base",
      args: ["--is-ancestor", "--end-of-options", ancestor, descendant],
      statuses: STATUSES,
    }),
  );
  return status === 0;
}

/** True when the tips lead to every commit that the others lead to. All of them must be here. */
export async function isCovered(
  context: GitContext,
  commits: readonly ObjectId[],
  tips: readonly ObjectId[],
): Promise<boolean> {
  const left = new Set(commits).difference(new Set(tips));
  if (left.size === 0) return true;
  const { stdout } = await runGit(
    localCall(context, {
      subcommand: "rev-list",
      args: ["--max-count=1", "--stdin"],
      input: [...idLines(left), ...idLines(tips, "^")],
    }),
  );
  return stdout.length === 0;
}

/** The best common ancestors of two commits: none for unrelated histories, rarely several. */
export async function listMergeBases(
  context: GitContext,
  one: ObjectId,
  other: ObjectId,
): Promise<readonly ObjectId[]> {
  const { stdout } = await runGit(
    localCall(context, {
      subcommand: "merge-base",
      args: ["--all", "--end-of-options", one, other],
      statuses: STATUSES,
    }),
  );
  return stdout.toString("latin1").split("\n").filter(Boolean).map(asObjectId);
}
