/** Where an instance may be killed: at each effect it has on the outside, before or after it. */
import type { Draw } from "./draw.ts";

export interface Crash {
  /** Which of the instances. */
  readonly slot: number;
  readonly effect: Effect;
  /** How many of these effects come first. */
  readonly skip: number;
  /** After: the effect is done, and the instance never learns of it. */
  readonly moment: "before" | "after";
  /** How long the instance stays away. */
  readonly downMs: number;
}

/** Requests to GitHub, by method and path. */
export const GITHUB_EFFECTS: Readonly<Record<GitHubEffect, RegExp>> = {
  "create check": /^POST .*\/check-runs$/,
  "edit check": /^PATCH .*\/check-runs\/\d+$/,
  "create issue": /^POST .*\/issues$/,
  "edit issue": /^PATCH .*\/issues\/\d+$/,
  "create comment": /^POST .*\/issues\/\d+\/comments$/,
  "edit comment": /^PATCH .*\/issues\/comments\/\d+$/,
  "ask GitHub": /^GET .*\/(?:check-runs|issues|contents)/,
  "fetch objects": /\/git-upload-pack$/,
};

/** Statements to the database, by how they begin; a commit is told apart by what it commits. */
export const DATABASE_EFFECTS: Readonly<Record<DatabaseEffect, RegExp>> = {
  "store delivery": /^insert into "deliveries"/,
  "store scan": /^update "ranges" set "state"/,
  "store intent": /^insert into "intents"/,
  "settle intent": /^update "intents"/,
  "take lease": /^insert into "locks"/,
  "free lease": /^delete from "locks"/,
  "finish job": /state\s*=\s*'completed'/,
  "take job": /state\s*=\s*'active'/,
};

export type Creation = "create check" | "create issue" | "create comment";
export const CREATIONS: readonly Creation[] = ["create check", "create issue", "create comment"];

export type GitHubEffect =
  | Creation
  | "edit check"
  | "edit issue"
  | "edit comment"
  | "ask GitHub"
  | "fetch objects";
export type DatabaseEffect =
  | "store delivery"
  | "store scan"
  | "store intent"
  | "settle intent"
  | "take lease"
  | "free lease"
  | "finish job"
  | "take job";
export type Effect = GitHubEffect | DatabaseEffect;

const EFFECTS: readonly Effect[] = [
  // What was answered and is not stored is lost for good: that has to be tried most.
  "store delivery",
  "store delivery",
  ...(Object.keys(GITHUB_EFFECTS) as GitHubEffect[]),
  ...(Object.keys(DATABASE_EFFECTS) as DatabaseEffect[]),
];

const SKIP_MAX = 2;
const DOWN_MS_MAX = 1_000;

export function drawCrash(draw: Draw): Crash {
  return {
    slot: draw.integer(0, 1),
    effect: draw.pick(EFFECTS),
    skip: draw.integer(0, SKIP_MAX),
    moment: draw.pick(["before", "after"] as const),
    downMs: draw.integer(0, DOWN_MS_MAX),
  };
}
