/**
 * Has a repository scanned again after its own rules changed: heads that people may merge, then the
 * whole history, both behind what is pushed meanwhile.
 */
import { listOutdatedHeads, recordRangeWaiting } from "../../db/ranges.ts";
import { getRepository, listServedRepositories } from "../../db/repositories.ts";
import type { InstallationId, RepositoryId } from "../../model/ids.ts";
import type { JobData } from "../../queue/jobs.ts";
import { enqueueHistory } from "../enqueue-history.ts";
import { BASE_REPOSITORY } from "../load-policy.ts";
import type { JobParts } from "../parts.ts";
import { RANGE_OWN_LIMITS } from "./use.ts";
import { withOwnRules } from "./with-own-rules.ts";

/** Of an ISO date with its hour. */
const HOUR_CHARACTERS = 13;

export async function adoptOwnRules(
  parts: JobParts,
  data: JobData["adopt-own-rules"],
): Promise<void> {
  const installationId = data.installationId as InstallationId;
  if (!(await parts.serves(installationId, data.repositoryId))) return;
  const repository = await getRepository(parts.db, data.repositoryId);
  const own = await withOwnRules(parts, { repository, installationId }, RANGE_OWN_LIMITS);
  const { hash } = own.rules;
  await scanHeads(parts, data, hash);
  if (repository.history_rules !== hash) {
    // A job that ran is remembered for days; within an hour nobody goes back to earlier rules.
    const hour = parts.now().toISOString().slice(0, HOUR_CHARACTERS);
    await enqueueHistory(parts, data, `${data.repositoryId} ${hash} ${hour}`);
  }
  // The base counts everywhere, and a push to it tells no other repository.
  if (repository.name.toLowerCase() === BASE_REPOSITORY) await tellOthers(parts, data);
}

async function scanHeads(
  parts: JobParts,
  { installationId, repositoryId }: JobData["adopt-own-rules"],
  hash: string,
): Promise<void> {
  const ids = await listOutdatedHeads(parts.db, repositoryId as RepositoryId, hash);
  const now = parts.now();
  for (const rangeId of ids) {
    await parts.db.transaction().execute(async (trx) => {
      await recordRangeWaiting(trx, rangeId, now);
      const job = { installationId, rangeId };
      await parts.queue.enqueue(trx, "scan-range", job, { priority: "background" });
    });
  }
  parts.queue.wake("scan-range");
}

async function tellOthers(
  parts: JobParts,
  { installationId, repositoryId }: JobData["adopt-own-rules"],
): Promise<void> {
  const repositories = await listServedRepositories(parts.db, installationId as InstallationId);
  await parts.db.transaction().execute(async (trx) => {
    for (const { id } of repositories.filter((other) => other.id !== repositoryId)) {
      await parts.queue.enqueue(trx, "adopt-own-rules", { installationId, repositoryId: id });
    }
  });
  parts.queue.wake("adopt-own-rules");
}
