/** Judges open heads and issues again where a configuration changed, or an entry of it has ended. */
import { listIncidentsWithIssue } from "../db/incidents.ts";
import { listOpenHeads } from "../db/ranges.ts";
import { getRepository, listRepositoriesWithLeaks } from "../db/repositories.ts";
import type { InstallationId, RepositoryId } from "../model/ids.ts";
import type { JobData } from "../queue/jobs.ts";
import { applyPolicy } from "./apply-policy.ts";
import { policyContextOf, readAudience } from "./audience.ts";
import { enqueueReports } from "./enqueue-reports.ts";
import type { JobParts } from "./parts.ts";
import { readKeys } from "./read-keys.ts";
import type { RepositorySubject } from "./write-check.ts";
import { writeIssue } from "./write-issue.ts";

export async function reportPolicy(parts: JobParts, data: JobData["report-policy"]): Promise<void> {
  const installationId = data.installationId as InstallationId;
  if (!(await parts.serves(installationId, data.repositoryId))) return;
  if (data.source === "organisation") return await passOn(parts, installationId);
  const repository = await getRepository(parts.db, data.repositoryId);
  const subject: RepositorySubject = { repository, installationId };
  await reportIssues(parts, subject);
  const heads = await listOpenHeads(parts.db, data.repositoryId as RepositoryId);
  await enqueueReports(parts, subject, heads);
}

/** The organisation's file counts in every repository; each is a job of its own. */
async function passOn(parts: JobParts, installationId: InstallationId): Promise<void> {
  const repositories = await listRepositoriesWithLeaks(parts.db, installationId);
  await parts.db.transaction().execute(async (trx) => {
    for (const repositoryId of repositories) {
      const job = { installationId, repositoryId, source: "repository" } as const;
      await parts.queue.enqueue(trx, "report-policy", job);
    }
  });
  parts.queue.wake("report-policy");
}

/** Closes issues whose key is silenced now, and opens those again whose key no longer is. */
async function reportIssues(parts: JobParts, subject: RepositorySubject): Promise<void> {
  const audience = await readAudience(parts, subject);
  const incidents = await listIncidentsWithIssue(parts.db, subject.repository.id as RepositoryId);
  const details = await readKeys(parts, incidents, () => ({ isIntroduced: true, isInHead: true }));
  const { silenced } = await applyPolicy(policyContextOf(parts, audience), details);
  const context = { ...subject, audience };
  for (const detail of details.filter(({ key }) => key.isOpen)) {
    await writeIssue(parts, context, detail, silenced.get(detail.incident.id));
  }
}
