/** Decides why a key has no issue of its own. */
import type { TriageState, Verdict } from "../model/incident.ts";
import type { Lane } from "../model/rule.ts";
import { isOpen } from "./conclude.ts";

export const NO_ISSUE_REASONS = [
  "settled",
  "generic-lane",
  "fork",
  "not-introduced",
  "public-repository",
  "over-limit",
  "pending",
] as const;
export type NoIssueReason = (typeof NO_ISSUE_REASONS)[number];

export interface NoIssueFacts {
  readonly lane: Lane;
  readonly state: TriageState;
  readonly verdict: Verdict;
  /** Who brought the key: `strangers` when only pull requests of people without write did. */
  readonly introducedBy: "members" | "strangers" | "nobody";
  /** False in a public repository for whose issues no private place is known. */
  readonly hasPlace: boolean;
  /** The repository has as many open issues of ours as it may have. */
  readonly isFull: boolean;
}

/** The first reason that holds; `pending` when an issue is due. */
export function decideNoIssue(facts: NoIssueFacts): NoIssueReason {
  if (!isOpen(facts)) return "settled";
  if (facts.lane === "generic") return "generic-lane";
  if (facts.introducedBy === "strangers") return "fork";
  if (facts.introducedBy === "nobody") return "not-introduced";
  if (!facts.hasPlace) return "public-repository";
  return facts.isFull ? "over-limit" : "pending";
}
