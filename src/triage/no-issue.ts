/** Decides why a key has no issue of its own. */
import type { TriageState, Verdict } from "../model/incident.ts";
import type { Lane } from "../model/rule.ts";
import { isOpen } from "./conclude.ts";

export const NO_ISSUE_REASONS = [
  "settled",
  "generic-lane",
  "not-introduced",
  "public-repository",
  "fork",
  "over-limit",
  "pending",
] as const;
export type NoIssueReason = (typeof NO_ISSUE_REASONS)[number];

export interface NoIssueFacts {
  readonly lane: Lane;
  readonly state: TriageState;
  readonly verdict: Verdict;
  /** An issue was about to be written: it was wanted, and there was a place for it. */
  readonly isPlanned: boolean;
  /** `forks` when nothing but pull requests from forks brings the key. */
  readonly introducedBy: "members" | "forks" | "nobody";
  readonly isPublic: boolean;
  /** The repository has as many open issues of ours as it may have. */
  readonly isFull: boolean;
}

/** The first reason that holds; `pending` when an issue is due. */
export function decideNoIssue(facts: NoIssueFacts): NoIssueReason {
  if (!isOpen(facts)) return "settled";
  if (facts.lane === "generic") return "generic-lane";
  if (!facts.isPlanned) {
    if (facts.introducedBy === "nobody") return "not-introduced";
    if (facts.isPublic) return "public-repository";
    if (facts.introducedBy === "forks") return "fork";
  }
  return facts.isFull ? "over-limit" : "pending";
}
