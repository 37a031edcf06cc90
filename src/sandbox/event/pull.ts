/** Builds the payloads of the `pull_request`, `pull_request_review` or `merge_group` webhooks. */
import type { PullRequest, Review, ReviewComment } from "../conversation.ts";
import type { Commit } from "../git/commits.ts";
import { pullJson, shortPullJson } from "../json/pull.ts";
import { reviewCommentJson, reviewJson } from "../json/review.ts";
import type { Parts } from "../parts.ts";
import type { Account, Repository } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";
import { repositoryEnvelope } from "./envelope.ts";

export type PullAction =
  | "opened"
  | "synchronize"
  | "edited"
  | "closed"
  | "reopened"
  | "ready_for_review"
  | "converted_to_draft"
  | "labeled"
  | "unlabeled"
  | "assigned"
  | "unassigned"
  | "locked"
  | "unlocked";

export interface PullEvent {
  readonly action: PullAction;
  readonly pull: PullRequest;
  readonly sender: Account;
  /** What this action has besides: `changes`, `before` with `after`, `label`. */
  readonly more?: Payload;
}

export function pullPayload({ action, pull, sender, more }: PullEvent, parts: Parts): Payload {
  return {
    action,
    number: pull.number,
    pull_request: pullJson(pull, parts),
    ...more,
    ...repositoryEnvelope(pull.repository, sender, parts),
  };
}

export function reviewPayload(
  event: {
    readonly action: "submitted" | "edited";
    readonly review: Review;
    readonly sender: Account;
    readonly changes?: Payload;
  },
  parts: Parts,
): Payload {
  const { action, review, sender, changes } = event;
  const json = reviewJson(review, parts);
  return {
    action,
    // Webhooks write the state in lower case, the REST API in upper case.
    review: { ...json, state: review.state.toLowerCase() },
    pull_request: shortPullJson(review.pull, parts),
    ...(changes === undefined ? {} : { changes }),
    ...repositoryEnvelope(review.pull.repository, sender, parts),
  };
}

export function reviewCommentPayload(
  event: {
    readonly action: "created" | "edited";
    readonly comment: ReviewComment;
    readonly sender: Account;
    readonly changes?: Payload;
  },
  parts: Parts,
): Payload {
  const { action, comment, sender, changes } = event;
  return {
    action,
    comment: reviewCommentJson(comment, parts),
    pull_request: shortPullJson(comment.review.pull, parts),
    ...(changes === undefined ? {} : { changes }),
    ...repositoryEnvelope(comment.review.pull.repository, sender, parts),
  };
}

export interface MergeGroup {
  readonly repository: Repository;
  readonly pull: PullRequest;
  readonly headRef: string;
  readonly baseRef: string;
  readonly baseSha: string;
  readonly head: Commit;
}

export type MergeGroupEnd = "merged" | "invalidated" | "dequeued";

/** `end` says why the group is no more; without it checks are asked for. */
export function mergeGroupPayload(
  group: MergeGroup,
  end: MergeGroupEnd | undefined,
  parts: Parts,
): Payload {
  const { head } = group;
  return {
    ...(end === undefined ? { action: "checks_requested" } : { action: "destroyed", reason: end }),
    merge_group: {
      head_sha: head.id,
      head_ref: group.headRef,
      base_sha: group.baseSha,
      base_ref: group.baseRef,
      head_commit: {
        id: head.id,
        tree_id: head.treeId,
        message: head.message,
        timestamp: head.committedAt,
        author: head.author,
        committer: head.committer,
      },
    },
    ...repositoryEnvelope(group.repository, parts.state.visitor, parts),
  };
}
