/** Builds the payloads of the `issues` or `issue_comment` webhooks. */
import { issueCommentJson, issueJson } from "../json/issue.ts";
import type { Parts } from "../parts.ts";
import type { Account, Issue, IssueComment } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";
import { repositoryEnvelope } from "./envelope.ts";

export type IssueAction = "opened" | "edited" | "closed" | "reopened";

/** What an `edited` event says about the text before. */
type Changes = Readonly<Record<string, { readonly from: string }>>;

export interface IssueEvent {
  readonly action: IssueAction;
  readonly issue: Issue;
  readonly sender: Account;
  readonly changes?: Changes;
}

export function issuePayload(event: IssueEvent, parts: Parts): Payload {
  const { action, issue, sender, changes } = event;
  return {
    action,
    issue: issueJson(issue, parts),
    ...(changes === undefined ? {} : { changes }),
    ...repositoryEnvelope(issue.repository, sender, parts),
  };
}

export interface CommentEvent {
  readonly action: "created" | "edited";
  readonly comment: IssueComment;
  readonly sender: Account;
  readonly changes?: Changes;
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
