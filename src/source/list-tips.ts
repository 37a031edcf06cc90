/** The branches and tags that a remote has now, each with its tip; nothing is fetched. */
import { asObjectId, type ObjectId } from "../model/ids.ts";
import { runGit } from "./git-child.ts";
import { type GitContext, remoteCall } from "./git-command.ts";
import type { GitRemote } from "./git-settings.ts";

/** Refs that are looked at; a remote with more is looked at in part, branches first. */
const TIPS_MAX = 20_000;

/**
 * @param context its folder need not be a repository.
 * @returns tips by full ref name, such as `refs/heads/main`, in the remote's order.
 */
export async function listTips(
  context: GitContext,
  remote: GitRemote,
): Promise<ReadonlyMap<string, ObjectId>> {
  const call = await remoteCall(context, remote, {
    subcommand: "ls-remote",
    args: ["--quiet", "--refs", "--heads", "--tags", "--end-of-options", "origin"],
  });
  const { stdout } = await runGit(call);
  const tips = new Map<string, ObjectId>();
  for (const line of stdout.toString("utf8").split("\n")) {
    const [id, ref] = line.split("\t");
    if (ref === undefined || tips.size >= TIPS_MAX) continue;
    tips.set(ref, asObjectId(id));
  }
  return tips;
}
