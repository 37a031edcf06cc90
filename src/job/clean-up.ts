/** Deletes what is kept no longer, and takes jobs of those who left out of the queue. */

import { restorePolicy } from "../config/policy/parse.ts";
import { RETENTION_DAYS } from "../config/retention.ts";
import { listPolicies } from "../db/policies.ts";
import { getRepository } from "../db/repositories.ts";
import {
  deleteAbandonedInstallations,
  deleteDeliveries,
  deleteOldBlobHits,
  deleteRepository,
  deleteSettledRanges,
  deleteUnmentionedPeople,
  listAbandonedRepositories,
  listDepartedInstallations,
} from "../db/retention.ts";
import type { JobContext } from "../queue/workers.ts";
import { joinHashes } from "./own/join-rules.ts";
import type { JobParts } from "./parts.ts";

const DAY_MS = 86_400_000;

export async function cleanUp(
  parts: JobParts,
  { signal }: Pick<JobContext, "signal">,
): Promise<void> {
  const { db } = parts;
  const before = (days: number): Date => new Date(parts.now().getTime() - days * DAY_MS);
  const jobs = await parts.queue.removeOf(await listDepartedInstallations(db));
  const deliveries = await deleteDeliveries(db, before(RETENTION_DAYS.deliveries));
  const ranges = await deleteSettledRanges(db, before(RETENTION_DAYS.ranges));
  const blobHits = await deleteOldBlobHits(db, (own) => joinHashes(parts.rules.hash, own));
  const deletedBefore = before(RETENTION_DAYS.deletedInstallations);
  const suspendedBefore = before(RETENTION_DAYS.suspendedInstallations);
  const repositories =
    (await removeAbandoned(parts, "deleted", deletedBefore, signal)) +
    (await removeAbandoned(parts, "suspended", suspendedBefore, signal));
  await deleteAbandonedInstallations(db, deletedBefore);
  const people = await deleteUnmentionedPeople(db);
  const policies = await enqueueEnded(parts);
  parts.log.info(
    { jobs, deliveries, ranges, blobHits, repositories, people, policies },
    "cleaned up",
  );
}

/** A service that was down for a while has several days to catch up with. */
const ENDED_DAYS_MAX = 31;

/**
 * An entry that allows a key ends by the calendar, and nothing is pushed for it: heads and issues
 * are then judged again. @returns in how many files entries have ended lately.
 */
async function enqueueEnded(parts: JobParts): Promise<number> {
  const now = parts.now().getTime();
  const today = dayOf(now);
  const since = dayOf(now - ENDED_DAYS_MAX * DAY_MS);
  const ended = (await listPolicies(parts.db)).filter(({ content, source }) =>
    restorePolicy(content, source)?.allow.some(
      ({ until }) => until !== undefined && until < today && until >= since,
    ),
  );
  await parts.db.transaction().execute(async (trx) => {
    for (const { repository_id: repositoryId, source } of ended) {
      const { installation_id: installationId } = await getRepository(trx, repositoryId);
      await parts.queue.enqueue(trx, "report-policy", { installationId, repositoryId, source });
    }
  });
  return ended.length;
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** The cache goes first: a row that is left tells the next run to delete it again. */
async function removeAbandoned(
  parts: JobParts,
  state: "deleted" | "suspended",
  leftBefore: Date,
  signal: AbortSignal,
): Promise<number> {
  const repositories = await listAbandonedRepositories(parts.db, state, leftBefore);
  for (const id of repositories) {
    signal.throwIfAborted();
    await parts.source.dropCache(id, signal);
    await deleteRepository(parts.db, id);
  }
  return repositories.length;
}
