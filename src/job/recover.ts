/** Takes in what was missed: deliveries that failed, refs that moved unseen, gaps to retry. */
import { listDeliveriesKnown } from "../db/deliveries.ts";
import { listServedInstallations } from "../db/installations.ts";
import { listRangesToRetry, listRangesWaiting, recordRangeWaiting } from "../db/ranges.ts";
import { findDeliveryPayload, listFailedDeliveries } from "../github/deliveries.ts";
import { listRangesWithoutJob, listWaitingJobs } from "../queue/job-counts.ts";
import type { JobParts } from "./parts.ts";

/** How far back GitHub keeps deliveries: three days on github.com, seven on its servers. */
const KEPT_MS = 7 * 24 * 3_600_000;

/** A job is stored with its range, so one that is missing after this time is gone. */
const STRANDED_MS = 600_000;

export async function recover(parts: JobParts): Promise<void> {
  await retryGaps(parts);
  await retryStranded(parts);
  await takeFailedDeliveries(parts);
  const installations = await listServedInstallations(parts.db);
  // While GitHub is away these jobs wait, and a second one of each would do nothing but the same.
  const waiting = await listWaitingJobs(parts.db, "reconcile-installation");
  const asked = new Set(waiting.map(({ installationId }) => installationId));
  await parts.db.transaction().execute(async (trx) => {
    for (const { id } of installations) {
      if (asked.has(id)) continue;
      await parts.queue.enqueue(trx, "reconcile-installation", { installationId: id });
    }
  });
  parts.queue.wake("reconcile-installation");
}

async function retryGaps(parts: JobParts): Promise<void> {
  await scanAgain(parts, await listRangesToRetry(parts.db, parts.now()));
}

/**
 * A range can lose its job: while its account had suspended the App, or when the process was
 * killed in the last attempt. Its check would stay open for ever.
 */
async function retryStranded(parts: JobParts): Promise<void> {
  const since = new Date(parts.now().getTime() - STRANDED_MS);
  const waiting = await listRangesWaiting(parts.db, since);
  const ids = waiting.map(({ id }) => id);
  const stranded = new Set(await listRangesWithoutJob(parts.db, ids));
  await scanAgain(
    parts,
    waiting.filter(({ id }) => stranded.has(id)),
  );
}

async function scanAgain(
  parts: JobParts,
  ranges: readonly { readonly id: number; readonly installationId: number }[],
): Promise<void> {
  const now = parts.now();
  for (const { id, installationId } of ranges) {
    await parts.db.transaction().execute(async (trx) => {
      await recordRangeWaiting(trx, id, now);
      const job = { installationId, rangeId: id };
      await parts.queue.enqueue(trx, "scan-range", job, { priority: "background" });
    });
  }
  parts.queue.wake("scan-range");
}

/** The payloads are fetched and taken in as if they had arrived, oldest first. */
async function takeFailedDeliveries(parts: JobParts): Promise<void> {
  const since = new Date(parts.now().getTime() - KEPT_MS);
  const failed = await listFailedDeliveries(parts.github.app, since);
  const known = await listDeliveriesKnown(
    parts.db,
    failed.map((delivery) => delivery.guid),
  );
  const missing = new Map(
    failed.filter(({ guid }) => !known.has(guid)).map((delivery) => [delivery.guid, delivery]),
  );
  for (const { id, guid, event } of missing.values()) {
    const payload = await findDeliveryPayload(parts.github.app, id);
    if (payload !== undefined) await parts.receive({ id: guid, event, payload });
  }
  if (missing.size > 0) parts.log.info({ count: missing.size }, "took in missed deliveries");
}
