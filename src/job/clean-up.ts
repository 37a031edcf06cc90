/** Deletes what is kept no longer, and takes jobs of those who left out of the queue. */
import { RETENTION_DAYS } from "../config/retention.ts";
import {
  deleteAbandonedInstallations,
  deleteDeliveries,
  deleteRepository,
  deleteSettledRanges,
  deleteUnmentionedPeople,
  listAbandonedRepositories,
  listDepartedInstallations,
} from "../db/retention.ts";
import type { JobContext } from "../queue/workers.ts";
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
  const repositories = await removeAbandoned(parts, signal);
  const people = await deleteUnmentionedPeople(db);
  parts.log.info({ jobs, deliveries, ranges, repositories, people }, "cleaned up");
}

/** The cache goes first: a row that is left tells the next run to delete it again. */
async function removeAbandoned(parts: JobParts, signal: AbortSignal): Promise<number> {
  const leftAt = parts.now().getTime() - RETENTION_DAYS.deletedInstallations * DAY_MS;
  const repositories = await listAbandonedRepositories(parts.db, new Date(leftAt));
  for (const id of repositories) {
    signal.throwIfAborted();
    await parts.source.dropCache(id, signal);
    await deleteRepository(parts.db, id);
  }
  await deleteAbandonedInstallations(parts.db, new Date(leftAt));
  return repositories.length;
}
