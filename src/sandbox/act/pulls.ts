/** What people do to pull requests: open, retarget, mark ready. */
import type { PullRequest } from "../conversation.ts";
import { git } from "../git/git.ts";
import { measurePull, writePullHead } from "../git/pull-refs.ts";
import type { Parts } from "../parts.ts";
import { validationFailed } from "../rest/api-error.ts";
import { type Repository, remember } from "../state.ts";
import { type Acting, checkRole, checkWritable } from "./acting.ts";
import { announceConversation } from "./conversations.ts";
import { announcePull } from "./pull-events.ts";
import { checkBody, checkTitle } from "./texts.ts";

export interface NewPull {
  readonly repository: Repository;
  /** The base branch. */
  readonly base: string;
  readonly head: { readonly repository: Repository; readonly branch: string };
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly draft?: boolean | undefined;
}

export async function openPull(wanted: NewPull, acting: Acting): Promise<PullRequest> {
  const { repository, head, title, body = null, draft = false } = wanted;
  const { actor, parts } = acting;
  checkWritable(repository);
  checkRole(acting, repository, "read");
  checkTitle("PullRequest", title);
  checkBody("PullRequest", body);
  const ends = await findEnds(wanted, parts);
  repository.issueNumber += 1;
  const number = repository.issueNumber;
  const dir = parts.store.dirOf(repository);
  const place = { baseDir: dir, headDir: parts.store.dirOf(head.repository), number };
  await writePullHead(place, ends.headSha);
  const now = parts.now();
  const pull: PullRequest = remember(parts.state.pulls, {
    kind: "pull",
    id: parts.state.nextId(),
    pullId: parts.state.nextId(),
    number,
    repository,
    author: actor,
    createdAt: now,
    title,
    body,
    state: "open",
    stateReason: null,
    labels: [],
    assignees: [],
    lock: null,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    head: { ...head, sha: ends.headSha },
    base: { repository, branch: wanted.base, sha: ends.baseSha },
    draft,
    merge: null,
    size: await measurePull(dir, ends.baseSha, ends.headSha),
  });
  announceConversation(pull, "opened", acting);
  return pull;
}

/** GitHub tells of the old base by its name with its commit. */
export async function retargetPull(
  pull: PullRequest,
  branch: string,
  acting: Acting,
): Promise<void> {
  const { parts } = acting;
  if (acting.actor !== pull.author) checkRole(acting, pull.repository, "write");
  if (branch === pull.base.branch) return;
  const sha = await findBranch(pull.repository, branch, parts);
  if (sha === undefined) throw invalid("base");
  const from = { ref: { from: pull.base.branch }, sha: { from: pull.base.sha } };
  pull.base.branch = branch;
  pull.base.sha = sha;
  pull.size = await measurePull(parts.store.dirOf(pull.repository), sha, pull.head.sha);
  pull.updatedAt = parts.now();
  announceConversation(pull, "edited", acting, { changes: { base: from } });
}

export function setDraft(pull: PullRequest, draft: boolean, acting: Acting): void {
  if (acting.actor !== pull.author) checkRole(acting, pull.repository, "write");
  if (pull.draft === draft) return;
  pull.draft = draft;
  pull.updatedAt = acting.parts.now();
  announcePull(pull, draft ? "converted_to_draft" : "ready_for_review", acting);
}

/** The commit at the tip of a branch, or undefined where there is no such branch. */
export async function findBranch(
  repository: Repository,
  branch: string,
  { store }: Parts,
): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `refs/heads/${branch}`];
  try {
    return (await git(store.dirOf(repository), args)).trim().split("\n").at(-1);
  } catch {
    return undefined;
  }
}

async function findEnds(
  { repository, base, head }: NewPull,
  parts: Parts,
): Promise<{ readonly headSha: string; readonly baseSha: string }> {
  const baseSha = await findBranch(repository, base, parts);
  if (baseSha === undefined) throw invalid("base");
  const headSha = await findBranch(head.repository, head.branch, parts);
  const related = head.repository === repository || head.repository.source === repository;
  if (headSha === undefined || !related) throw invalid("head");
  const label = `${head.repository.owner.login}:${head.branch}`;
  const same = parts.state.pulls.some(
    (pull) =>
      pull.state === "open" &&
      pull.repository === repository &&
      pull.base.branch === base &&
      pull.head.repository === head.repository &&
      pull.head.branch === head.branch,
  );
  if (same) throw refused(`A pull request already exists for ${label}.`);
  if (headSha === baseSha) throw refused(`No commits between ${base} and ${label}`);
  return { headSha, baseSha };
}

function invalid(field: string): Error {
  return validationFailed({ resource: "PullRequest", field, code: "invalid" });
}

function refused(message: string): Error {
  return validationFailed({ resource: "PullRequest", field: "head", code: "custom", message });
}
