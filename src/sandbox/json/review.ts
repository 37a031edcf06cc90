/** Shapes a review with its comments as GitHub's API does. */
import type { Review, ReviewComment } from "../conversation.ts";
import { nodeId, repositoryPath } from "../links.ts";
import type { Parts } from "../parts.ts";
import type { Payload } from "../webhook-sender.ts";
import { accountJson } from "./account.ts";
import { associationOf } from "./association.ts";
import { conversationPath } from "./issue.ts";
import { reactionsJson } from "./reaction.ts";
import { timeJson } from "./time.ts";

export function reviewJson(review: Review, { links, state }: Parts): Payload {
  const { pull } = review;
  const html = links.web(`${conversationPath(pull)}#pullrequestreview-${review.id}`);
  const pullUrl = links.api(`/repos${repositoryPath(pull.repository)}/pulls/${pull.number}`);
  return {
    id: review.id,
    node_id: nodeId("PullRequestReview", review.id),
    user: accountJson(review.author, links),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pullUrl,
    author_association: associationOf(review.author, pull.repository, state),
    _links: { html: { href: html }, pull_request: { href: pullUrl } },
    submitted_at: timeJson(review.submittedAt),
    commit_id: review.commitId,
  };
}

export function reviewCommentJson(comment: ReviewComment, { links, state }: Parts): Payload {
  const { pull } = comment.review;
  const repository = links.api(`/repos${repositoryPath(pull.repository)}`);
  const url = `${repository}/pulls/comments/${comment.id}`;
  const html = links.web(`${conversationPath(pull)}#discussion_r${comment.id}`);
  const pullUrl = `${repository}/pulls/${pull.number}`;
  const reply = comment.inReplyToId === null ? {} : { in_reply_to_id: comment.inReplyToId };
  return {
    url,
    pull_request_review_id: comment.review.id,
    id: comment.id,
    node_id: nodeId("PullRequestReviewComment", comment.id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    position: comment.line,
    original_position: comment.line ?? 1,
    commit_id: pull.head.sha,
    original_commit_id: comment.review.commitId,
    ...reply,
    user: accountJson(comment.author, links),
    body: comment.body,
    created_at: timeJson(comment.createdAt),
    updated_at: timeJson(comment.updatedAt),
    html_url: html,
    pull_request_url: pullUrl,
    author_association: associationOf(comment.author, pull.repository, state),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullUrl } },
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    start_side: comment.startLine === null ? null : comment.side,
    line: comment.line ?? 1,
    original_line: comment.line ?? 1,
    side: comment.side,
    subject_type: comment.line === null ? "file" : "line",
    reactions: reactionsJson(comment, url, state),
  };
}
