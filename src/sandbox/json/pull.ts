/** Shapes a pull request as GitHub's API does. */
import type { PullRequest } from "../conversation.ts";
import { nodeId, repositoryPath } from "../links.ts";
import type { Parts } from "../parts.ts";
import type { Repository } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";
import { accountJson } from "./account.ts";
import { associationOf } from "./association.ts";
import { conversationPath, labelJson } from "./issue.ts";
import { repositoryJson } from "./repository.ts";
import { timeJson, timeOrNullJson } from "./time.ts";

/** The short form of lists, and of the events of reviews. */
export function shortPullJson(pull: PullRequest, parts: Parts): Payload {
  const { links, state } = parts;
  const assignees = pull.assignees.map((account) => accountJson(account, links));
  return {
    ...addressesOf(pull, parts),
    id: pull.pullId,
    node_id: nodeId("PullRequest", pull.pullId),
    number: pull.number,
    state: pull.state,
    locked: pull.lock !== null,
    title: pull.title,
    user: accountJson(pull.author, links),
    body: pull.body,
    created_at: timeJson(pull.createdAt),
    updated_at: timeJson(pull.updatedAt),
    closed_at: timeOrNullJson(pull.closedAt),
    merged_at: timeOrNullJson(pull.merge?.at ?? null),
    merge_commit_sha: pull.merge?.sha ?? null,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: [],
    requested_teams: [],
    labels: pull.labels.map((label) => labelJson(label, parts)),
    milestone: null,
    draft: pull.draft,
    head: sideJson(pull.head.repository, pull.head.branch, pull.head.sha, parts),
    base: sideJson(pull.base.repository, pull.base.branch, pull.base.sha, parts),
    author_association: associationOf(pull.author, pull.repository, state),
    auto_merge: null,
    active_lock_reason: pull.lock?.reason ?? null,
  };
}

/** The form of a single pull request and of `pull_request` events: with its size. */
export function pullJson(pull: PullRequest, parts: Parts): Payload {
  const { state, links } = parts;
  const { size, merge } = pull;
  const open = pull.state === "open";
  return {
    ...shortPullJson(pull, parts),
    merged: merge !== null,
    mergeable: open ? size.mergeable : null,
    rebaseable: false,
    mergeable_state: mergeableStateOf(pull),
    merged_by: merge === null ? null : accountJson(merge.by, links),
    comments: state.comments.filter((comment) => comment.issue === pull).length,
    review_comments: state.reviewComments.filter(({ review }) => review.pull === pull).length,
    maintainer_can_modify: false,
    commits: size.commitCount,
    additions: size.additions,
    deletions: size.deletions,
    changed_files: size.fileCount,
  };
}

interface PullSideNameJson {
  ref: string;
  sha: string;
  repo: { id: number; url: string; name: string };
}

export interface PullNameJson {
  url: string;
  id: number;
  number: number;
  head: PullSideNameJson;
  base: PullSideNameJson;
}

/** Five facts by which a check of the repository itself, but not of a fork, names its pull requests. */
export function pullNameJson(pull: PullRequest, { links }: Parts): PullNameJson {
  const side = (repository: Repository, ref: string, sha: string): PullSideNameJson => ({
    ref,
    sha,
    repo: {
      id: repository.id,
      url: links.api(`/repos${repositoryPath(repository)}`),
      name: repository.name,
    },
  });
  return {
    url: links.api(`/repos${repositoryPath(pull.repository)}/pulls/${pull.number}`),
    id: pull.pullId,
    number: pull.number,
    head: side(pull.head.repository, pull.head.branch, pull.head.sha),
    base: side(pull.base.repository, pull.base.branch, pull.base.sha),
  };
}

function mergeableStateOf({ state, draft, size }: PullRequest): string {
  if (state === "closed") return "unknown";
  if (!size.mergeable) return "dirty";
  return draft ? "draft" : "clean";
}

function sideJson(repository: Repository, branch: string, sha: string, parts: Parts): Payload {
  const { state, links } = parts;
  const exists = state.repositories.includes(repository);
  return {
    label: `${repository.owner.login}:${branch}`,
    ref: branch,
    sha,
    user: accountJson(repository.owner, links),
    repo: exists ? repositoryJson(repository, state, links) : null,
  };
}

function addressesOf(pull: PullRequest, { links }: Parts): Payload {
  const repository = links.api(`/repos${repositoryPath(pull.repository)}`);
  const url = `${repository}/pulls/${pull.number}`;
  const issue = `${repository}/issues/${pull.number}`;
  const html = links.web(conversationPath(pull));
  const addresses = {
    commits: `${url}/commits`,
    review_comments: `${url}/comments`,
    review_comment: `${repository}/pulls/comments{/number}`,
    comments: `${issue}/comments`,
    statuses: `${repository}/statuses/${pull.head.sha}`,
  };
  const entries = Object.entries({ self: url, html, issue, ...addresses });
  return {
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    ...Object.fromEntries(Object.entries(addresses).map(([name, href]) => [`${name}_url`, href])),
    _links: Object.fromEntries(entries.map(([name, href]) => [name, { href }])),
  };
}
