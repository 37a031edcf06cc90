/** Shapes an issue with its comments as GitHub's API does. */
import type { RestEndpointMethodTypes } from "@octokit/rest";
import { nodeId, repositoryPath } from "../links.ts";
import type { Parts } from "../parts.ts";
import type { Account, Issue, IssueComment, Label, Repository } from "../state.ts";
import { accountJson } from "./account.ts";
import { appJson } from "./app.ts";
import { timeJson, timeOrNullJson } from "./time.ts";

export type IssueJson = RestEndpointMethodTypes["issues"]["get"]["response"]["data"];
export type IssueCommentJson = RestEndpointMethodTypes["issues"]["getComment"]["response"]["data"];

export function issueJson(issue: Issue, parts: Parts): IssueJson {
  const { links, state } = parts;
  const path = `${repositoryPath(issue.repository)}/issues/${issue.number}`;
  const url = links.api(`/repos${path}`);
  const assignees = issue.assignees.map((account) => accountJson(account, links));
  return {
    id: issue.id,
    node_id: nodeId("Issue", issue.id),
    url,
    repository_url: links.api(`/repos${repositoryPath(issue.repository)}`),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: links.web(path),
    number: issue.number,
    title: issue.title,
    user: accountJson(issue.author, links),
    labels: issue.labels.map((label) => labelJson(label, parts)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: state.comments.filter((comment) => comment.issue === issue).length,
    created_at: timeJson(issue.createdAt),
    updated_at: timeJson(issue.updatedAt),
    closed_at: timeOrNullJson(issue.closedAt),
    closed_by: issue.closedBy === null ? null : accountJson(issue.closedBy, links),
    author_association: associationOf(issue.author, issue.repository),
    active_lock_reason: null,
    body: issue.body,
    performed_via_github_app: appOf(issue.author, parts),
    reactions: reactionsJson(url),
    timeline_url: `${url}/timeline`,
  };
}

export function issueCommentJson(comment: IssueComment, parts: Parts): IssueCommentJson {
  const { links } = parts;
  const repository = repositoryPath(comment.issue.repository);
  const url = links.api(`/repos${repository}/issues/comments/${comment.id}`);
  const issuePath = `${repository}/issues/${comment.issue.number}`;
  return {
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    url,
    html_url: links.web(`${issuePath}#issuecomment-${comment.id}`),
    issue_url: links.api(`/repos${issuePath}`),
    user: accountJson(comment.author, links),
    created_at: timeJson(comment.createdAt),
    updated_at: timeJson(comment.updatedAt),
    author_association: associationOf(comment.author, comment.issue.repository),
    body: comment.body,
    performed_via_github_app: appOf(comment.author, parts),
    reactions: reactionsJson(url),
  };
}

function labelJson(label: Label, { links }: Parts) {
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

/** What GitHub says an App is to a repository is `NONE`, whatever it may do there. */
function associationOf(author: Account, repository: Repository): "MEMBER" | "NONE" {
  return author.type === "User" && repository.roles.has(author.login) ? "MEMBER" : "NONE";
}

function reactionsJson(url: string) {
  const counts = {
    "+1": 0,
    "-1": 0,
    laugh: 0,
    hooray: 0,
    confused: 0,
    heart: 0,
    rocket: 0,
    eyes: 0,
  };
  return { url: `${url}/reactions`, total_count: 0, ...counts };
}
