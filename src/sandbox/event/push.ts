/** Builds the payload of a `push` webhook. */
import type { Commit, Person } from "../git/commits.ts";
import { accountJson } from "../json/account.ts";
import { findLogin } from "../json/commit.ts";
import { type Links, repositoryPath } from "../links.ts";
import type { Parts } from "../parts.ts";
import type { Push } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";
import { repositoryEnvelope } from "./envelope.ts";

export interface PushContent {
  readonly push: Push;
  readonly created: boolean;
  readonly deleted: boolean;
  readonly commits: readonly Commit[];
  readonly headCommit: Commit | null;
  /** Ids of the commits that no ref held before. */
  readonly newIds: ReadonlySet<string>;
}

export function pushPayload(content: PushContent, parts: Parts): Payload {
  const { push } = content;
  const { repository, sender } = push;
  const { links } = parts;
  const envelope = repositoryEnvelope(repository, sender, parts);
  const commit = (one: Commit): Payload => commitJson(one, content, links);
  return {
    ref: push.ref,
    before: push.before,
    after: push.after,
    ...envelope,
    repository: pushRepository(envelope["repository"] as Payload, push, links),
    pusher: { name: sender.login, email: noReply(sender.login) },
    created: content.created,
    deleted: content.deleted,
    forced: push.forced,
    base_ref: null,
    compare: compareUrl(content, links),
    commits: content.commits.map(commit),
    head_commit: content.headCommit === null ? null : commit(content.headCommit),
  };
}

/** This one event still has a repository of an older shape: seconds, an owner with name, `stargazers`. */
function pushRepository(repository: Payload, { repository: source }: Push, links: Links): Payload {
  const { login } = source.owner;
  return {
    ...repository,
    owner: { name: login, email: noReply(login), ...accountJson(source.owner, links) },
    created_at: seconds(source.createdAt),
    pushed_at: seconds(source.pushedAt),
    stargazers: 0,
    master_branch: source.defaultBranch,
    organization: login,
  };
}

function compareUrl({ push, created, deleted }: PushContent, links: Links): string {
  const path = repositoryPath(push.repository);
  const short = (id: string): string => id.slice(0, 12);
  if (created || deleted) {
    return links.web(`${path}/compare/${push.ref.replace(/^refs\/(heads|tags)\//, "")}`);
  }
  return links.web(`${path}/compare/${short(push.before)}...${short(push.after)}`);
}

function commitJson(commit: Commit, { push, newIds }: PushContent, links: Links): Payload {
  return {
    id: commit.id,
    tree_id: commit.treeId,
    distinct: newIds.has(commit.id),
    message: commit.message,
    timestamp: commit.committedAt,
    url: links.web(`${repositoryPath(push.repository)}/commit/${commit.id}`),
    author: personJson(commit.author),
    committer: personJson(commit.committer),
    added: commit.added,
    removed: commit.removed,
    modified: commit.modified,
  };
}

/** GitHub adds the login of an address that it knows. */
function personJson({ name, email }: Person): Payload {
  const login = findLogin(email);
  return login === undefined ? { name, email } : { name, email, username: login };
}

function noReply(login: string): string {
  return `${login}@users.noreply.github.com`;
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
