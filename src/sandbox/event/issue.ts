/** Builds the payloads of the `issues` or `issue_comment` webhooks. */
import type { Issue, IssueComment } from "../conversation.ts";
import { issueCommentJson, issueJson } from "../json/issue.ts";
import type { Parts } from "../parts.ts";
import type { Account } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";
import { repositoryEnvelope } from "./envelope.ts";

export type IssueAction =
  | "opened"
  | "edited"
  | "deleted"
  | "closed"
  | "reopened"
  | "labeled"
  | "unlabeled"
  | "assigned"
  | "unassigned"
  | "locked"
  | "unlocked";

export interface IssueEvent {
  readonly action: IssueAction;
  readonly issue: Issue;
  readonly sender: Account;
  /** What this action has besides: `changes`, `label`, `assignee`. */
  readonly more?: Payload;
}

export function issuePayload({ action, issue, sender, more }: IssueEvent, parts: Parts): Payload {
  return {
    action,
    issue: issueJson(issue, parts),
    ...more,
    ...repositoryEnvelope(issue.repository, sender, parts),
  };
}

export interface CommentEvent {
  readonly action: "created" | "edited" | "deleted";
  readonly comment: IssueComment;
  readonly sender: Account;
  readonly changes?: Payload;
}

export function commentPayload(event: CommentEvent, parts: Parts): Payload {
  const { action, comment, sender, changes } = event;
  return {
    action,
    issue: issueJson(comment.issue, parts),
    comment: issueCommentJson(comment, parts),
    ...(changes === undefined ? {} : { changes }),
    ...repositoryEnvelope(comment.issue.repository, sender, parts),
  };
}
