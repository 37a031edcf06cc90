/** Has heads judged again, and the keys that wait for an issue ranked again. */
import type { RepositoryId } from "../model/ids.ts";
import type { JobParts } from "./parts.ts";
import type { RepositorySubject } from "./write-check.ts";

export async function enqueueReports(
  parts: JobParts,
  { repository, installationId }: RepositorySubject,
  heads: readonly string[],
): Promise<void> {
  const repositoryId = repository.id as RepositoryId;
  await parts.db.transaction().execute(async (trx) => {
    for (const head of heads) {
      await parts.queue.enqueue(trx, "report-head", { installationId, repositoryId, head });
    }
    await parts.queue.enqueue(trx, "report-backlog", { installationId, repositoryId });
  });
  parts.queue.wake("report-head");
  parts.queue.wake("report-backlog");
}
