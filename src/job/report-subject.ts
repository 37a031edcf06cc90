/** Answers keys in what people write: issues, and the comment on the issue or pull request. */
import { listIncidentsByIds } from "../db/incidents.ts";
import { getRepository } from "../db/repositories.ts";
import type { InstallationId } from "../model/ids.ts";
import type { JobData } from "../queue/jobs.ts";
import { isOpen } from "../triage/conclude.ts";
import { applyPolicy } from "./apply-policy.ts";
import { policyContextOf, readAudience } from "./audience.ts";
import type { JobParts } from "./parts.ts";
import { readKeys } from "./read-keys.ts";
import { writeComment } from "./write-comment.ts";
import { writeIssue } from "./write-issue.ts";

export async function reportSubject(
  parts: JobParts,
  data: JobData["report-subject"],
): Promise<void> {
  const installationId = data.installationId as InstallationId;
  if (!(await parts.serves(installationId, data.repositoryId))) return;
  const repository = await getRepository(parts.db, data.repositoryId);
  const subject = { repository, installationId };
  if (data.number !== null) return await writeComment(parts, { ...subject, number: data.number });
  // Release notes take no comment, so the issue is all that is said.
  const audience = await readAudience(parts, subject);
  const incidents = (await listIncidentsByIds(parts.db, data.incidentIds)).filter(isOpen);
  const details = await readKeys(parts, incidents, () => ({ isIntroduced: true, isInHead: true }));
  const { silenced } = await applyPolicy(policyContextOf(parts, audience), details);
  for (const detail of details.filter(({ incident }) => !silenced.has(incident.id))) {
    await writeIssue(parts, { ...subject, audience }, detail);
  }
}
