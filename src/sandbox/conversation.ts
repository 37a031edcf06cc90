/** What people talk in: issues with pull requests, and everything that is written below them. */
import type { Account, Label, Repository } from "./state.ts";

/** GitHub numbers issues with pull requests in one row; both take comments, labels, a lock. */
interface ConversationFields {
  /** The id as an issue; a pull request has another one besides. */
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly author: Account;
  readonly createdAt: Date;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  labels: Label[];
  assignees: Account[];
  lock: { readonly reason: LockReason | null } | null;
  updatedAt: Date;
  closedAt: Date | null;
  closedBy: Account | null;
}

export const LOCK_REASONS = ["off-topic", "too heated", "resolved", "spam"] as const;
export type LockReason = (typeof LOCK_REASONS)[number];

export interface Issue extends ConversationFields {
  readonly kind: "issue";
}

export interface PullRequest extends ConversationFields {
  readonly kind: "pull";
  readonly pullId: number;
  readonly head: { readonly repository: Repository; readonly branch: string; sha: string };
  readonly base: { readonly repository: Repository; branch: string; sha: string };
  draft: boolean;
  merge: { readonly sha: string; readonly at: Date; readonly by: Account } | null;
  /** What merging would bring, counted anew whenever head or base moves. */
  size: PullSize;
}

export interface PullSize {
  readonly commitCount: number;
  readonly additions: number;
  readonly deletions: number;
  readonly fileCount: number;
  /** False where both sides changed the same lines. */
  readonly mergeable: boolean;
}

export type Conversation = Issue | PullRequest;

export interface IssueComment {
  readonly id: number;
  readonly issue: Conversation;
  readonly author: Account;
  readonly createdAt: Date;
  body: string;
  updatedAt: Date;
}

export type ReviewState = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED";

export interface Review {
  readonly id: number;
  readonly pull: PullRequest;
  readonly author: Account;
  readonly commitId: string;
  readonly submittedAt: Date;
  readonly state: ReviewState;
  body: string;
}

export type DiffSide = "LEFT" | "RIGHT";

/** A comment on a line of the diff, or on a whole file where `line` is null. */
export interface ReviewComment {
  readonly id: number;
  readonly review: Review;
  readonly author: Account;
  readonly createdAt: Date;
  readonly path: string;
  readonly line: number | null;
  readonly startLine: number | null;
  readonly side: DiffSide;
  readonly diffHunk: string;
  readonly inReplyToId: number | null;
  body: string;
  updatedAt: Date;
}

export const REACTION_CONTENTS = [
  "+1",
  "-1",
  "laugh",
  "confused",
  "heart",
  "hooray",
  "rocket",
  "eyes",
] as const;
export type ReactionContent = (typeof REACTION_CONTENTS)[number];

export interface Reaction {
  readonly id: number;
  /** What was reacted to. */
  readonly subject: Conversation | IssueComment | ReviewComment;
  readonly author: Account;
  readonly content: ReactionContent;
  readonly createdAt: Date;
}

export interface Release {
  readonly id: number;
  readonly repository: Repository;
  readonly author: Account;
  readonly createdAt: Date;
  readonly tag: string;
  readonly target: string;
  readonly publishedAt: Date;
  name: string | null;
  body: string | null;
}
