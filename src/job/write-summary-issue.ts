/** Keeps the one issue that lists the keys of a repository for which there is no room yet. */
import { findIntent, recordIntent, recordIntentDone } from "../db/intents.ts";
import { withLock } from "../db/locks.ts";
import { createIssue, findIssueByMarker, updateIssue } from "../github/issues.ts";
import { sha256Hex } from "../lib/sha256.ts";
import type { ReportedKey } from "../model/head-report.ts";
import type { RepositoryId } from "../model/ids.ts";
import { ISSUE_LABEL } from "../report/issue.ts";
import { renderSummaryIssue } from "../report/summary-issue.ts";
import type { JobParts } from "./parts.ts";
import type { IssueContext } from "./write-issue.ts";

/** No incident has this id, so no issue of one key is ever taken for the summary. */
const SUMMARY_TARGET = "summary";

/** Opens it for the first keys that wait; says so when none waits any more. */
export async function writeSummaryIssue(
  parts: JobParts,
  { repository, installationId, audience }: IssueContext,
  keys: readonly ReportedKey[],
): Promise<void> {
  const home = audience.issueHome;
  if (home === undefined) return;
  const repositoryId = repository.id as RepositoryId;
  const intentKey = { kind: "issue", repositoryId, target: SUMMARY_TARGET } as const;
  if (keys.length === 0 && (await findIntent(parts.db, intentKey)) === undefined) return;
  await withLock(parts.db, `issue summary ${repositoryId}`, async () => {
    const { row } = await recordIntent(parts.db, intentKey, parts.now());
    const marker = `<!-- rekeeper:summary:${repositoryId} -->`;
    const content = renderSummaryIssue({
      repository: { url: `${parts.github.webUrl}/${repository.owner}/${repository.name}` },
      repositoryName: `${repository.owner}/${repository.name}`,
      keys,
      marker,
    });
    const contentHash = sha256Hex(content.body);
    const isHere = row.place_id === home.repositoryId;
    if (isHere && row.content_hash === contentHash) return;
    const octokit = parts.github.installation(installationId);
    const known = isHere ? row.remote_id : null;
    const found = known ?? (await findIssueByMarker(octokit, home, { label: ISSUE_LABEL, marker }));
    if (found !== undefined) await updateIssue(octokit, home, found, content);
    const remoteId = found ?? (await createIssue(octokit, home, content));
    await recordIntentDone(parts.db, intentKey, {
      remoteId,
      placeId: home.repositoryId,
      contentHash,
    });
  });
}
