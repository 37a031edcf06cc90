/** What people with the App do with comments: write, edit, delete, react. */
import type { Conversation, IssueComment, Reaction, ReactionContent } from "../conversation.ts";
import { type CommentEvent, commentPayload } from "../event/issue.ts";
import { ApiError } from "../rest/api-error.ts";
import { remember } from "../state.ts";
import { type Acting, checkRole, checkWritable, hasRole } from "./acting.ts";
import { checkIssuesEnabled } from "./issues.ts";
import { checkBody } from "./texts.ts";

export function createComment(issue: Conversation, body: string, acting: Acting): IssueComment {
  const { actor, parts } = acting;
  if (issue.kind === "issue") checkIssuesEnabled(issue.repository);
  checkMayWrite(issue, acting);
  checkBody("IssueComment", body);
  const now = parts.now();
  issue.updatedAt = now;
  const comment = remember(parts.state.comments, {
    id: parts.state.nextId(),
    issue,
    author: actor,
    createdAt: now,
    body,
    updatedAt: now,
  });
  announce({ action: "created", comment, sender: actor }, acting);
  return comment;
}

export function editComment(comment: IssueComment, body: string, acting: Acting): void {
  checkMayChange(comment, acting);
  checkBody("IssueComment", body);
  const changes = { body: { from: comment.body } };
  comment.body = body;
  comment.updatedAt = acting.parts.now();
  announce({ action: "edited", comment, sender: acting.actor, changes }, acting);
}

export function deleteComment(comment: IssueComment, acting: Acting): void {
  checkMayChange(comment, acting);
  const { comments } = acting.parts.state;
  const payload = { action: "deleted", comment, sender: acting.actor } as const;
  comments.splice(comments.indexOf(comment), 1);
  announce(payload, acting);
}

/** The same reaction of the same account counts once. GitHub sends no event for it. */
export function react(
  subject: Reaction["subject"],
  content: ReactionContent,
  { actor, parts }: Acting,
): { readonly reaction: Reaction; readonly isNew: boolean } {
  const known = parts.state.reactions.find(
    (one) => one.subject === subject && one.content === content && one.author === actor,
  );
  if (known !== undefined) return { reaction: known, isNew: false };
  const id = parts.state.nextId();
  const reaction = { id, subject, author: actor, content, createdAt: parts.now() };
  remember(parts.state.reactions, reaction);
  parts.state.changed();
  return { reaction, isNew: true };
}

function announce(event: CommentEvent, { parts }: Acting): void {
  parts.webhooks.deliver("issue_comment", commentPayload(event, parts));
  parts.state.changed();
}

function checkMayWrite(issue: Conversation, acting: Acting): void {
  const { actor } = acting;
  checkWritable(issue.repository);
  checkRole(acting, issue.repository, "read");
  const mayAlways = actor.type === "Bot" || hasRole(actor, issue.repository, "write");
  if (issue.lock !== null && !mayAlways) {
    throw new ApiError(403, "Unable to create comment because issue is locked.");
  }
}

function checkMayChange(comment: IssueComment, acting: Acting): void {
  const { repository } = comment.issue;
  checkWritable(repository);
  if (acting.actor !== comment.author) checkRole(acting, repository, "write");
}
