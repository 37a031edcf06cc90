/** Builds the payloads of the `check_run` or `check_suite` webhooks. */
import type { Commit } from "../git/commits.ts";
import { checkRunJson, checkSuiteJson } from "../json/check-run.ts";
import type { Parts } from "../parts.ts";
import type { Account, CheckRun, CheckSuite } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";
import { repositoryEnvelope } from "./envelope.ts";

export type CheckRunAction = "created" | "completed" | "rerequested" | "requested_action";

export interface CheckRunEvent {
  readonly action: CheckRunAction;
  readonly run: CheckRun;
  readonly sender: Account;
  /** Identifier of the button that was pressed; set for `requested_action` only. */
  readonly identifier?: string;
}

export function checkRunPayload(event: CheckRunEvent, parts: Parts): Payload {
  const { action, run, sender, identifier } = event;
  const pressed = identifier === undefined ? {} : { requested_action: { identifier } };
  return {
    action,
    ...pressed,
    check_run: { ...checkRunJson(run, parts), check_suite: checkSuiteJson(run.suite, parts) },
    ...repositoryEnvelope(run.suite.repository, sender, parts),
  };
}

/** The event by which GitHub asks every App with `checks: write` to look at a pushed commit. */
export function checkSuiteRequestedPayload(suite: CheckSuite, head: Commit, parts: Parts): Payload {
  const json = checkSuiteJson(suite, parts);
  return {
    action: "requested",
    check_suite: {
      ...json,
      latest_check_runs_count: 0,
      check_runs_url: `${json["url"]}/check-runs`,
      head_commit: {
        id: head.id,
        tree_id: head.treeId,
        message: head.message,
        timestamp: head.committedAt,
        author: head.author,
        committer: head.committer,
      },
    },
    ...repositoryEnvelope(suite.repository, parts.state.visitor, parts),
  };
}
