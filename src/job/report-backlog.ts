/**
 * Opens issues for keys that wait for one, and one summary issue for those that have to wait on.
 *
 * Keys in a current head come before those in the history, then by severity. The summary moves up:
 * whenever issues close, the next keys of it get issues of their own.
 */
import { listIncidentsWithoutIssue } from "../db/incidents.ts";
import { getRepository } from "../db/repositories.ts";
import type { InstallationId, RepositoryId } from "../model/ids.ts";
import type { JobData } from "../queue/jobs.ts";
import { applyPolicy } from "./apply-policy.ts";
import { policyContextOf, readAudience } from "./audience.ts";
import type { JobParts } from "./parts.ts";
import { type KeyDetails, readKeys } from "./read-keys.ts";
import { writeIssue } from "./write-issue.ts";
import { writeSummaryIssue } from "./write-summary-issue.ts";

export async function reportBacklog(
  parts: JobParts,
  data: JobData["report-backlog"],
): Promise<void> {
  const installationId = data.installationId as InstallationId;
  const repositoryId = data.repositoryId as RepositoryId;
  if (!(await parts.serves(installationId, repositoryId))) return;
  const repository = await getRepository(parts.db, repositoryId);
  const audience = await readAudience(parts, { repository, installationId });
  if (audience.issueHome === undefined) return;
  const subject = { repository, installationId, audience };
  const incidents = await listIncidentsWithoutIssue(parts.db, repositoryId);
  const details = await readKeys(parts, incidents, (incident) => ({
    isIntroduced: true,
    isInHead: incident.is_in_head,
  }));
  const { silenced } = await applyPolicy(policyContextOf(parts, audience), details);
  const waiting: KeyDetails[] = [];
  for (const detail of details.filter(({ incident }) => !silenced.has(incident.id))) {
    // Once one has to wait, those behind it do too, without asking again for each.
    const issue = waiting.length > 0 ? undefined : await writeIssue(parts, subject, detail);
    if (issue === undefined) waiting.push(detail);
  }
  await writeSummaryIssue(
    parts,
    subject,
    waiting.map((detail) => detail.key),
  );
}
