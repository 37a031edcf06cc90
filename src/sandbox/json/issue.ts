/** Shapes a conversation with its comments as GitHub's issues API does, pull requests included. */
import type { RestEndpointMethodTypes } from "@octokit/rest";
import type { Conversation, IssueComment, PullRequest } from "../conversation.ts";
import { nodeId, repositoryPath } from "../links.ts";
import type { Parts } from "../parts.ts";
import type { Account, Label } from "../state.ts";
import { accountJson } from "./account.ts";
import { appJson } from "./app.ts";
import { associationOf } from "./association.ts";
import { reactionsJson } from "./reaction.ts";
import { timeJson, timeOrNullJson } from "./time.ts";

export type LabelJson = RestEndpointMethodTypes["issues"]["getLabel"]["response"]["data"];
export type IssueJson = RestEndpointMethodTypes["issues"]["get"]["response"]["data"];
export type IssueCommentJson = RestEndpointMethodTypes["issues"]["getComment"]["response"]["data"];

export function issueJson(issue: Conversation, parts: Parts): IssueJson {
  const { links, state } = parts;
  const url = links.api(`/repos${repositoryPath(issue.repository)}/issues/${issue.number}`);
  const assignees = issue.assignees.map((account) => accountJson(account, links));
  return {
    id: issue.id,
    node_id: nodeId(issue.kind === "pull" ? "PullRequest" : "Issue", issue.id),
    url,
    repository_url: links.api(`/repos${repositoryPath(issue.repository)}`),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: links.web(conversationPath(issue)),
    number: issue.number,
    title: issue.title,
    user: accountJson(issue.author, links),
    labels: issue.labels.map((label) => labelJson(label, parts)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.lock !== null,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: state.comments.filter((comment) => comment.issue === issue).length,
    created_at: timeJson(issue.createdAt),
    updated_at: timeJson(issue.updatedAt),
    closed_at: timeOrNullJson(issue.closedAt),
    closed_by: issue.closedBy === null ? null : accountJson(issue.closedBy, links),
    author_association: associationOf(issue.author, issue.repository, state),
    active_lock_reason: issue.lock?.reason ?? null,
    body: issue.body,
    performed_via_github_app: appOf(issue.author, parts),
    reactions: reactionsJson(issue, url, state),
    timeline_url: `${url}/timeline`,
    ...(issue.kind === "pull" ? pullOf(issue, parts) : {}),
  };
}

/** Where a person reads it: `/acme/shop/issues/1`, `/acme/shop/pull/2`. */
export function conversationPath({ repository, kind, number }: Conversation): string {
  return `${repositoryPath(repository)}/${kind === "pull" ? "pull" : "issues"}/${number}`;
}

export function issueCommentJson(comment: IssueComment, parts: Parts): IssueCommentJson {
  const { links } = parts;
  const repository = repositoryPath(comment.issue.repository);
  const url = links.api(`/repos${repository}/issues/comments/${comment.id}`);
  return {
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    url,
    html_url: links.web(`${conversationPath(comment.issue)}#issuecomment-${comment.id}`),
    issue_url: links.api(`/repos${repository}/issues/${comment.issue.number}`),
    user: accountJson(comment.author, links),
    created_at: timeJson(comment.createdAt),
    updated_at: timeJson(comment.updatedAt),
    author_association: associationOf(comment.author, comment.issue.repository, parts.state),
    body: comment.body,
    performed_via_github_app: appOf(comment.author, parts),
    reactions: reactionsJson(comment, url, parts.state),
  };
}

export function labelJson(label: Label, { links }: Parts): LabelJson {
  const path = `${repositoryPath(label.repository)}/labels/${encodeURIComponent(label.name)}`;
  return {
    id: label.id,
    node_id: nodeId("Label", label.id),
    url: links.api(`/repos${path}`),
    name: label.name,
    color: label.color,
    default: false,
    description: null,
  };
}

function appOf(author: Account, { identity, state, links }: Parts) {
  return author.type === "Bot" ? appJson(identity, state, links) : null;
}

/** By these fields a client tells a pull request among issues. */
function pullOf(pull: PullRequest, { links }: Parts) {
  const path = `${repositoryPath(pull.repository)}/pulls/${pull.number}`;
  const html = links.web(conversationPath(pull));
  return {
    draft: pull.draft,
    pull_request: {
      url: links.api(`/repos${path}`),
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      merged_at: timeOrNullJson(pull.merge?.at ?? null),
    },
  };
}
