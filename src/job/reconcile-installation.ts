/** Goes through what an installation may see, and has compared what was pushed to since. */
import { findRepository, type RepositoryRow, recordRepository } from "../db/repositories.ts";
import {
  type InstalledRepository,
  listInstalledRepositories,
} from "../github/installed-repositories.ts";
import type { InstallationId } from "../model/ids.ts";
import { listWaitingJobs } from "../queue/job-counts.ts";
import type { JobData } from "../queue/jobs.ts";
import { joinHashes } from "./own/join-rules.ts";
import type { JobParts } from "./parts.ts";

/** A push that GitHub noted shortly before we looked may not have been visible yet. */
const MARGIN_MS = 3_600_000;

export async function reconcileInstallation(
  parts: JobParts,
  data: JobData["reconcile-installation"],
): Promise<void> {
  const installationId = data.installationId as InstallationId;
  if (!(await parts.serves(installationId))) return;
  const octokit = parts.github.installation(installationId);
  const wanted: InstalledRepository[] = [];
  for await (const repository of listInstalledRepositories(octokit)) {
    const known = await findRepository(parts.db, repository.id);
    await recordRepository(parts.db, {
      id: repository.id,
      installation_id: installationId,
      account_id: repository.ownerId,
      owner: repository.owner,
      name: repository.name,
      default_branch: repository.defaultBranch,
      is_private: repository.isPrivate,
      state: repository.isArchived ? "archived" : "active",
      updated_at: parts.now(),
    });
    if (isDue(parts, repository, known)) wanted.push(repository);
  }
  // What anyone can read comes first, then what people work on.
  wanted.sort(
    (a, b) =>
      Number(a.isPrivate) - Number(b.isPrivate) ||
      (b.pushedAt?.getTime() ?? 0) - (a.pushedAt?.getTime() ?? 0),
  );
  const waiting = await listWaitingJobs(parts.db, "reconcile-repository");
  const asked = new Set(waiting.map(({ repositoryId }) => repositoryId));
  await parts.db.transaction().execute(async (trx) => {
    for (const { id } of wanted) {
      if (asked.has(id)) continue;
      const job = { installationId, repositoryId: id };
      await parts.queue.enqueue(trx, "reconcile-repository", job);
    }
  });
  parts.queue.wake("reconcile-repository");
}

function isDue(
  parts: JobParts,
  { pushedAt, isArchived }: InstalledRepository,
  known: RepositoryRow | undefined,
): boolean {
  if (pushedAt === null || isArchived) return false;
  if (known === undefined || known.reconciled_at === null) return true;
  if (known.history_rules !== joinHashes(parts.rules.hash, known.own_rules)) return true;
  return pushedAt.getTime() > known.reconciled_at.getTime() - MARGIN_MS;
}
