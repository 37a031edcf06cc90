/** What people with the App do when they review: submit, edit, comment on lines. */
import type { DiffSide, PullRequest, Review, ReviewComment, ReviewState } from "../conversation.ts";
import { reviewCommentPayload, reviewPayload } from "../event/pull.ts";
import { type DiffFile, listDiffFiles } from "../git/diff.ts";
import { findMergeBase } from "../git/pull-refs.ts";
import type { Parts } from "../parts.ts";
import { ApiError } from "../rest/api-error.ts";
import { remember } from "../state.ts";
import { type Acting, checkRole, checkWritable } from "./acting.ts";
import { findHunk } from "./hunks.ts";
import { checkBody } from "./texts.ts";

export interface NewReviewComment {
  readonly path: string;
  readonly body: string;
  /** Absent for a comment on the whole file. */
  readonly line?: number | undefined;
  readonly startLine?: number | undefined;
  readonly side?: DiffSide | undefined;
  readonly inReplyToId?: number | undefined;
}

export interface NewReview {
  readonly state: ReviewState;
  readonly body?: string | undefined;
  readonly comments?: readonly NewReviewComment[] | undefined;
}

/** All or nothing: one comment on a line outside the diff refuses the whole review with 422. */
export async function submitReview(
  pull: PullRequest,
  wanted: NewReview,
  acting: Acting,
): Promise<Review> {
  const { actor, parts } = acting;
  checkWritable(pull.repository);
  checkRole(acting, pull.repository, "read");
  checkBody("PullRequestReview", wanted.body);
  const comments = wanted.comments ?? [];
  for (const comment of comments) checkBody("PullRequestReviewComment", comment.body);
  const hunks = await listHunks(pull, comments, parts);
  const review = remember(parts.state.reviews, {
    id: parts.state.nextId(),
    pull,
    author: actor,
    commitId: pull.head.sha,
    submittedAt: parts.now(),
    state: wanted.state,
    body: wanted.body ?? "",
  });
  parts.webhooks.deliver(
    "pull_request_review",
    reviewPayload({ action: "submitted", review, sender: actor }, parts),
  );
  for (const [index, comment] of comments.entries()) {
    addComment(review, comment, hunks[index] ?? "", acting);
  }
  parts.state.changed();
  return review;
}

/** A comment of its own is a review without a body to GitHub. */
export async function commentOnLine(
  pull: PullRequest,
  comment: NewReviewComment,
  acting: Acting,
): Promise<ReviewComment> {
  const { state } = acting.parts;
  const review = await submitReview(pull, { state: "COMMENTED", comments: [comment] }, acting);
  const made = state.reviewComments.find((one) => one.review === review);
  if (made === undefined) throw new Error("a submitted review lost its comment");
  return made;
}

export function editReview(review: Review, body: string, acting: Acting): void {
  const { actor, parts } = acting;
  if (actor !== review.author) checkRole(acting, review.pull.repository, "write");
  checkBody("PullRequestReview", body);
  const changes = { body: { from: review.body } };
  review.body = body;
  const event = { action: "edited", review, sender: actor, changes } as const;
  parts.webhooks.deliver("pull_request_review", reviewPayload(event, parts));
  parts.state.changed();
}

export function editReviewComment(comment: ReviewComment, body: string, acting: Acting): void {
  const { actor, parts } = acting;
  if (actor !== comment.author) checkRole(acting, comment.review.pull.repository, "write");
  checkBody("PullRequestReviewComment", body);
  const changes = { body: { from: comment.body } };
  comment.body = body;
  comment.updatedAt = parts.now();
  const event = { action: "edited", comment, sender: actor, changes } as const;
  parts.webhooks.deliver("pull_request_review_comment", reviewCommentPayload(event, parts));
  parts.state.changed();
}

function addComment(
  review: Review,
  wanted: NewReviewComment,
  diffHunk: string,
  { actor, parts }: Acting,
): void {
  const now = parts.now();
  const comment: ReviewComment = remember(parts.state.reviewComments, {
    id: parts.state.nextId(),
    review,
    author: actor,
    createdAt: now,
    path: wanted.path,
    line: wanted.line ?? null,
    startLine: wanted.startLine ?? null,
    side: wanted.side ?? "RIGHT",
    diffHunk,
    inReplyToId: wanted.inReplyToId ?? null,
    body: wanted.body,
    updatedAt: now,
  });
  const event = { action: "created", comment, sender: actor } as const;
  parts.webhooks.deliver("pull_request_review_comment", reviewCommentPayload(event, parts));
}

async function listHunks(
  pull: PullRequest,
  comments: readonly NewReviewComment[],
  { store }: Parts,
): Promise<string[]> {
  if (comments.length === 0) return [];
  const dir = store.dirOf(pull.repository);
  const from = (await findMergeBase(dir, pull.base.sha, pull.head.sha)) ?? pull.base.sha;
  const files = await listDiffFiles(dir, from, pull.head.sha);
  return comments.map((comment) => hunkOf(comment, files));
}

function hunkOf(comment: NewReviewComment, files: readonly DiffFile[]): string {
  const file = files.find(({ path }) => path === comment.path);
  if (file === undefined) throw outside("path");
  if (comment.line === undefined) return "";
  const { line, startLine = line, side = "RIGHT" } = comment;
  const hunk =
    startLine <= line ? findHunk(file.patch ?? "", { startLine, line, side }) : undefined;
  if (hunk === undefined) throw outside("line");
  return hunk;
}

/** GitHub names neither the comment nor its number. */
function outside(field: string): Error {
  return new ApiError(422, "Unprocessable Entity", {
    errors: [`pull_request_review_thread.${field} must be part of the diff`],
  });
}
