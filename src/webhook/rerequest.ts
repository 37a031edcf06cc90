/** A person asks for a head to be judged again, by GitHub's "Re-run" or by the check's own button. */
import { forgetContent } from "../db/intents.ts";
import { listRanges, recordRange } from "../db/ranges.ts";
import type { DbTransaction } from "../db/schema.ts";
import { RECHECK_ACTION } from "../model/check-action.ts";
import { asObjectId } from "../model/ids.ts";
import type { Job } from "./intake.ts";
import { type EventPayload, recordOrigin } from "./sender.ts";

interface Suite {
  readonly head_sha: string;
  readonly app: { readonly id?: number | null } | null;
}

export interface CheckRunPayload extends EventPayload {
  /** The button that was pressed, where one was. */
  readonly requested_action?: { readonly identifier?: string };
  readonly check_run: Suite;
}

export interface CheckSuitePayload extends EventPayload {
  readonly check_suite: Suite;
}

/** Rows of a head that no push event told us of have this source: compared with all that is known. */
const UNKNOWN_REF = 0;

/** Scans every known range of the head again, or the head itself where none is known. */
export async function takeRerequest(
  trx: DbTransaction,
  payload: CheckRunPayload | CheckSuitePayload,
  options: { readonly appId: number; readonly now: Date },
): Promise<readonly Job[]> {
  const suite = "check_run" in payload ? payload.check_run : payload.check_suite;
  const pressed = "check_run" in payload ? payload.requested_action : undefined;
  if (pressed !== undefined && pressed.identifier !== RECHECK_ACTION) return [];
  // An App with checks:write is told of other Apps' suites too.
  if (suite.app?.id !== options.appId) return [];
  const { installationId, repositoryId, senderId } = await recordOrigin(trx, payload, options.now);
  const head = asObjectId(suite.head_sha);
  // GitHub shows the suite as queued until it is sent the check again, changed or not.
  await forgetContent(trx, { kind: "check-run", repositoryId, target: head });
  const known = await listRanges(trx, repositoryId, head);
  const wanted = known.length > 0 ? known : [unknownRange(senderId)];
  const jobs: Job[] = [];
  for (const { source, source_id, base, pusher_id } of wanted) {
    const range = { source, source_id, base, pusher_id };
    const rangeId = await recordRange(trx, {
      ...range,
      repository_id: repositoryId,
      head,
      updated_at: options.now,
    });
    jobs.push({ name: "scan-range", data: { installationId, rangeId }, priority: "urgent" });
  }
  return jobs;
}

function unknownRange(senderId: number | null) {
  return { source: "push", source_id: UNKNOWN_REF, base: null, pusher_id: senderId } as const;
}
