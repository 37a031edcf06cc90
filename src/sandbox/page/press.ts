/** Does what the buttons of a check run do on GitHub. */
import { checkRunPayload } from "../event/check.ts";
import type { Parts } from "../parts.ts";
import { notFound } from "../rest/api-error.ts";
import type { CheckRun } from "../state.ts";

/** Asks the App to run the check again: the suite is queued, the run itself stays as it is. */
export function pressRerun(run: CheckRun, parts: Parts): void {
  run.suite.status = "queued";
  run.suite.conclusion = null;
  run.suite.updatedAt = parts.now();
  const event = { action: "rerequested", run, sender: parts.state.visitor } as const;
  parts.webhooks.deliver("check_run", checkRunPayload(event, parts));
  parts.state.changed();
}

/** Tells the App which of its own buttons was pressed; throws 404 for one it did not offer. */
export function pressAction(run: CheckRun, identifier: string, parts: Parts): void {
  if (!run.actions.some((action) => action.identifier === identifier)) throw notFound();
  const sender = parts.state.visitor;
  const event = { action: "requested_action", run, sender, identifier } as const;
  parts.webhooks.deliver("check_run", checkRunPayload(event, parts));
}
