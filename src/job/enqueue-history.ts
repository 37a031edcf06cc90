/** Asks for the reading of a repository's whole history. */
import type { JobData } from "../queue/jobs.ts";
import type { JobParts } from "./parts.ts";

/** @param key a job of the same key is the same job, as long as it is remembered. */
export async function enqueueHistory(
  parts: JobParts,
  { installationId, repositoryId }: JobData["scan-history"],
  key: string,
): Promise<void> {
  const job = { installationId, repositoryId };
  await parts.db
    .transaction()
    .execute((trx) => parts.queue.enqueue(trx, "scan-history", job, { key }));
  await parts.queue.revive(key);
  parts.queue.wake("scan-history");
}
