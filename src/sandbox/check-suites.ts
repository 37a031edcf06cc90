/** Keeps the suite that gathers the App's check runs on one commit. */

import type { CheckConclusion, CheckSuite, Repository, SandboxState } from "./state.ts";
import { remember } from "./state.ts";

/** Worst first: a suite concludes as its worst run. */
const BY_BADNESS: readonly CheckConclusion[] = [
  "failure",
  "timed_out",
  "cancelled",
  "action_required",
  "success",
  "neutral",
  "skipped",
];

export interface SuiteSource {
  readonly repository: Repository;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly before: string | null;
}

/** The suite of this commit, made when there is none yet. */
export function ensureCheckSuite(source: SuiteSource, state: SandboxState, now: Date): CheckSuite {
  const known = state.checkSuites.find(
    (suite) => suite.repository === source.repository && suite.headSha === source.headSha,
  );
  if (known !== undefined) return known;
  return remember(state.checkSuites, {
    ...source,
    id: state.nextId(),
    createdAt: now,
    status: "queued",
    conclusion: null,
    updatedAt: now,
  });
}

/** Derives status with conclusion from the newest run of each name. */
export function refreshCheckSuite(suite: CheckSuite, state: SandboxState, now: Date): void {
  const runs = state.checkRuns.filter((run) => run.suite === suite);
  const newest = [...new Map(runs.map((run) => [run.name, run])).values()];
  const unfinished = newest.find((run) => run.status !== "completed");
  const conclusions = newest.map((run) => run.conclusion);
  suite.status = unfinished?.status ?? "completed";
  suite.conclusion =
    unfinished === undefined
      ? (BY_BADNESS.find((conclusion) => conclusions.includes(conclusion)) ?? null)
      : null;
  suite.updatedAt = now;
}
