/**
 * After a repository became public or private: what was said of its keys goes where it belongs.
 *
 * Of a public repository issues and comments lose everything that points at a key, and the issues
 * open again in the private place, if there is one. GitHub keeps the earlier versions of edited
 * texts, which only people can delete: the new issues say so.
 */
import { listIncidentsWithIssue } from "../db/incidents.ts";
import { listCommentTargets, recordPublished } from "../db/intents.ts";
import { listHeadsWithFindings } from "../db/ranges.ts";
import { getRepository } from "../db/repositories.ts";
import type { InstallationId, RepositoryId } from "../model/ids.ts";
import type { JobData } from "../queue/jobs.ts";
import { isOpen } from "../triage/conclude.ts";
import { applyPolicy } from "./apply-policy.ts";
import { type Audience, policyContextOf, readAudience } from "./audience.ts";
import { enqueueReports } from "./enqueue-reports.ts";
import { leaveIssue } from "./leave-issue.ts";
import type { JobParts } from "./parts.ts";
import { readKeys } from "./read-keys.ts";
import type { RepositorySubject } from "./write-check.ts";
import { writeComment } from "./write-comment.ts";
import { writeIssue } from "./write-issue.ts";

export async function rehomeRepository(
  parts: JobParts,
  data: JobData["rehome-repository"],
): Promise<void> {
  const installationId = data.installationId as InstallationId;
  const repositoryId = data.repositoryId as RepositoryId;
  if (!(await parts.serves(installationId, repositoryId))) return;
  const repository = await getRepository(parts.db, repositoryId);
  const subject: RepositorySubject = { repository, installationId };
  const audience = await readAudience(parts, subject);
  await moveIssues(parts, subject, audience);
  for (const number of await listCommentTargets(parts.db, repositoryId)) {
    await writeComment(parts, { ...subject, number });
  }
  await enqueueReports(parts, subject, await listHeadsWithFindings(parts.db, repositoryId));
}

async function moveIssues(
  parts: JobParts,
  subject: RepositorySubject,
  audience: Audience,
): Promise<void> {
  const repositoryId = subject.repository.id as RepositoryId;
  const octokit = parts.github.installation(subject.installationId);
  const name = { owner: subject.repository.owner, repo: subject.repository.name };
  const rows = await listIncidentsWithIssue(parts.db, repositoryId);
  const details = await readKeys(parts, rows, () => ({ isIntroduced: true, isInHead: true }));
  const { silenced } = await applyPolicy(policyContextOf(parts, audience), details);
  for (const [index, detail] of details.entries()) {
    const row = rows[index];
    if (row !== undefined && audience.isPublic && isOpen(detail.incident)) {
      const isHere = row.issue_place_id === repositoryId;
      if (isHere || row.issue_former_place_id === repositoryId) {
        await recordPublished(parts.db, { kind: "issue", repositoryId, target: String(row.id) });
      }
      if (isHere) await leaveIssue(octokit, name, row.issue_number, "public");
    }
    if (silenced.has(detail.incident.id)) continue;
    await writeIssue(parts, { ...subject, audience }, detail);
  }
}
