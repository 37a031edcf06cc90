/** Merges pull requests: at once, or through a queue. */
import type { PullRequest } from "../conversation.ts";
import { type MergeGroup, type MergeGroupEnd, mergeGroupPayload } from "../event/pull.ts";
import { getCommit } from "../git/commits.ts";
import { commitMerge } from "../git/pull-refs.ts";
import { ApiError } from "../rest/api-error.ts";
import { type Acting, checkRole, checkWritable } from "./acting.ts";
import { announceConversation } from "./conversations.ts";
import { findBranch } from "./pulls.ts";
import { changeRefs, writeRef } from "./refs.ts";

export type MergeMethod = "merge" | "squash";

export interface MergeWish {
  readonly method?: MergeMethod | undefined;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
  /** The merge is refused when the head is another by now. */
  readonly headSha?: string | undefined;
}

/** Returns the id of the merge commit, which the base branch then names. Throws GitHub's 405, 409. */
export async function mergePull(
  pull: PullRequest,
  wish: MergeWish,
  acting: Acting,
): Promise<string> {
  checkWritable(pull.repository);
  checkRole(acting, pull.repository, "write");
  if (pull.state === "closed" || pull.draft) {
    throw new ApiError(
      405,
      pull.draft ? "Pull Request is still a draft" : "Pull Request is not mergeable",
    );
  }
  if (wish.headSha !== undefined && wish.headSha !== pull.head.sha) {
    throw new ApiError(409, "Head branch was modified. Review and try the merge again.");
  }
  return await changeRefs(pull.repository, acting, async (dir) => {
    const sha = await commitPull(dir, pull, wish, acting);
    // Marked before the push is recorded, which would else take it for a merge by hand.
    pull.merge = { sha, at: acting.parts.now(), by: acting.actor };
    pull.state = "closed";
    pull.closedAt = acting.parts.now();
    pull.closedBy = acting.actor;
    await writeRef(dir, `refs/heads/${pull.base.branch}`, sha);
    announceConversation(pull, "closed", acting);
    return sha;
  });
}

/** Puts the pull request alone into a group of the queue, whose head waits for checks. */
export async function enterMergeQueue(pull: PullRequest, acting: Acting): Promise<MergeGroup> {
  checkRole(acting, pull.repository, "write");
  const { parts } = acting;
  const { branch } = pull.base;
  const headRef = `refs/heads/gh-readonly-queue/${branch}/pr-${pull.number}-${pull.base.sha}`;
  const group = await changeRefs(pull.repository, acting, async (dir) => {
    const sha = await commitPull(dir, pull, {}, acting);
    await writeRef(dir, headRef, sha);
    const baseRef = `refs/heads/${branch}`;
    const { repository, base } = pull;
    return {
      repository,
      pull,
      headRef,
      baseRef,
      baseSha: base.sha,
      head: await getCommit(dir, sha),
    };
  });
  parts.webhooks.deliver("merge_group", mergeGroupPayload(group, undefined, parts));
  return group;
}

/** Ends a group; `merged` moves the base branch to what was checked. */
export async function leaveMergeQueue(
  group: MergeGroup,
  end: MergeGroupEnd,
  acting: Acting,
): Promise<void> {
  const { parts } = acting;
  const { pull, head, baseRef, headRef } = group;
  await changeRefs(group.repository, acting, async (dir) => {
    if (end === "merged") {
      pull.merge = { sha: head.id, at: parts.now(), by: acting.actor };
      pull.state = "closed";
      pull.closedAt = parts.now();
      pull.closedBy = acting.actor;
      await writeRef(dir, baseRef, head.id);
      announceConversation(pull, "closed", acting);
    }
    await writeRef(dir, headRef, undefined);
  });
  parts.webhooks.deliver("merge_group", mergeGroupPayload(group, end, parts));
}

async function commitPull(
  dir: string,
  pull: PullRequest,
  wish: MergeWish,
  { actor, parts }: Acting,
): Promise<string> {
  const baseSha = (await findBranch(pull.repository, pull.base.branch, parts)) ?? pull.base.sha;
  const squash = wish.method === "squash";
  const label = `${pull.head.repository.owner.login}/${pull.head.branch}`;
  const title =
    wish.title ??
    (squash
      ? `${pull.title} (#${pull.number})`
      : `Merge pull request #${pull.number} from ${label}`);
  const message = `${title}\n\n${wish.message ?? (squash ? (pull.body ?? "") : pull.title)}\n`;
  const sha = await commitMerge(dir, {
    baseSha,
    headSha: pull.head.sha,
    squash,
    message,
    author: actor.login,
  });
  if (sha === undefined) throw new ApiError(405, "Pull Request is not mergeable");
  return sha;
}
