/** Lets pull requests follow the branches that a push moved. */

import { isNullObjectId } from "../../model/ids.ts";
import type { PullRequest } from "../conversation.ts";
import { isAncestor, measurePull, writePullHead } from "../git/pull-refs.ts";
import type { RefChange } from "../git/refs.ts";
import type { Repository } from "../state.ts";
import type { Acting } from "./acting.ts";
import { announceConversation } from "./conversations.ts";
import { announcePull } from "./pull-events.ts";

/** Heads first: a push that moves head with base leaves the pull request at the newest of both. */
export async function followPush(
  repository: Repository,
  changes: readonly RefChange[],
  acting: Acting,
): Promise<void> {
  const listOpen = (): PullRequest[] =>
    acting.parts.state.pulls.filter(({ state }) => state === "open");
  for (const change of changes) {
    for (const pull of listOpen()) {
      if (isBranch(pull.head, repository, change)) await followHead(pull, change, acting);
    }
  }
  for (const change of changes) {
    for (const pull of listOpen()) {
      if (isBranch(pull.base, repository, change)) await followBase(pull, change, acting);
    }
  }
}

async function followHead(pull: PullRequest, change: RefChange, acting: Acting): Promise<void> {
  const { store } = acting.parts;
  if (isNullObjectId(change.after)) {
    close(pull, acting);
    return;
  }
  const baseDir = store.dirOf(pull.repository);
  const headDir = store.dirOf(pull.head.repository);
  await writePullHead({ baseDir, headDir, number: pull.number }, change.after);
  pull.head.sha = change.after;
  pull.size = await measurePull(baseDir, pull.base.sha, change.after);
  pull.updatedAt = acting.parts.now();
  announcePull(pull, "synchronize", acting, { before: change.before, after: change.after });
}

/** A base that holds the head by now was merged by hand; one that is gone closes it. */
async function followBase(pull: PullRequest, change: RefChange, acting: Acting): Promise<void> {
  if (isNullObjectId(change.after)) {
    close(pull, acting);
    return;
  }
  const dir = acting.parts.store.dirOf(pull.repository);
  pull.base.sha = change.after;
  if (await isAncestor(dir, pull.head.sha, change.after)) {
    pull.merge = { sha: change.after, at: acting.parts.now(), by: acting.actor };
    close(pull, acting);
    return;
  }
  pull.size = await measurePull(dir, change.after, pull.head.sha);
}

function close(pull: PullRequest, acting: Acting): void {
  pull.state = "closed";
  pull.closedAt = acting.parts.now();
  pull.closedBy = acting.actor;
  announceConversation(pull, "closed", acting);
}

function isBranch(
  side: { readonly repository: Repository; readonly branch: string },
  repository: Repository,
  { ref }: RefChange,
): boolean {
  return side.repository === repository && ref === `refs/heads/${side.branch}`;
}
