/** Keeps the one comment on a pull request or issue in line with the keys that stand there. */
import { type IncidentRow, listTextIncidents } from "../db/incidents.ts";
import { findIntent, recordIntent, recordIntentDone } from "../db/intents.ts";
import { withLock } from "../db/locks.ts";
import { findPull } from "../db/pulls.ts";
import { listRangeFindings, listRanges } from "../db/ranges.ts";
import { createComment, findComment, updateComment } from "../github/comments.ts";
import { sha256Hex } from "../lib/sha256.ts";
import type { ReportedKey } from "../model/head-report.ts";
import type { ObjectId, RepositoryId } from "../model/ids.ts";
import { COMMENT_MARKER, renderAllClear, renderComment } from "../report/comment.ts";
import { renderMovedComment } from "../report/moved.ts";
import { isOpen } from "../triage/conclude.ts";
import { applyPolicy } from "./apply-policy.ts";
import { type Audience, policyContextOf, readAudience } from "./audience.ts";
import { isForeign } from "./foreign-pull.ts";
import type { JobParts } from "./parts.ts";
import { readKeys } from "./read-keys.ts";
import type { RepositorySubject } from "./write-check.ts";
import { writeIssue } from "./write-issue.ts";

export interface CommentTarget extends RepositorySubject {
  /** Of the pull request or issue. */
  readonly number: number;
}

/** Says nothing in a public repository: a comment there would point at a key that may be alive. */
export async function writeComment(parts: JobParts, target: CommentTarget): Promise<void> {
  const audience = await readAudience(parts, target);
  const name = `comment ${target.repository.id} ${target.number}`;
  await withLock(parts.db, name, async () => {
    const subject = { ...target, audience };
    const body = renderComment({
      repository: { url: urlOf(parts, target) },
      commitKeys: await readCommitKeys(parts, subject),
      textKeys: await readTextKeys(parts, subject),
    });
    const text = audience.isPublic ? undefined : body;
    await sendComment(
      parts,
      target,
      text,
      audience.isPublic ? renderMovedComment() : renderAllClear(),
    );
  });
}

type AudienceTarget = CommentTarget & { readonly audience: Audience };

async function readCommitKeys(
  parts: JobParts,
  target: AudienceTarget,
): Promise<readonly ReportedKey[]> {
  const repositoryId = target.repository.id as RepositoryId;
  const pull = await findPull(parts.db, repositoryId, target.number);
  if (pull === undefined) return [];
  const ranges = await listRanges(parts.db, repositoryId, pull.head as ObjectId);
  const own = ranges.filter((row) => row.source === "pull" && row.source_id === target.number);
  const findings = await listRangeFindings(
    parts.db,
    own.map((range) => range.id),
  );
  const introduced = findings.filter(
    (finding) => finding.is_introduced && finding.lane === "provider" && isOpen(finding),
  );
  const hasIssues = (await isForeign(parts, target, pull)) ? "no issue" : "with issue";
  return await readOpenKeys(parts, target, introduced, hasIssues);
}

async function readTextKeys(
  parts: JobParts,
  target: AudienceTarget,
): Promise<readonly ReportedKey[]> {
  const repositoryId = target.repository.id as RepositoryId;
  const incidents = await listTextIncidents(parts.db, repositoryId, target.number);
  return await readOpenKeys(parts, target, incidents.filter(isOpen), "with issue");
}

async function readOpenKeys(
  parts: JobParts,
  target: AudienceTarget,
  incidents: readonly IncidentRow[],
  hasIssues: "with issue" | "no issue",
): Promise<readonly ReportedKey[]> {
  const facts = { isIntroduced: true, isInHead: true };
  const details = await readKeys(parts, incidents, (incident) => ({
    ...facts,
    ...("is_in_head" in incident && { isInHead: incident.is_in_head === true }),
  }));
  const { silenced } = await applyPolicy(policyContextOf(parts, target.audience), details);
  const keys: ReportedKey[] = [];
  for (const detail of details.filter(({ incident }) => !silenced.has(incident.id))) {
    const issue = hasIssues === "with issue" ? await writeIssue(parts, target, detail) : undefined;
    keys.push(issue === undefined ? detail.key : { ...detail.key, issue });
  }
  return keys;
}

/** @param body undefined: there is nothing to say, and an existing comment says `otherwise`. */
async function sendComment(
  parts: JobParts,
  target: CommentTarget,
  body: string | undefined,
  otherwise: string,
): Promise<void> {
  const octokit = parts.github.installation(target.installationId);
  const name = { owner: target.repository.owner, repo: target.repository.name };
  const repositoryId = target.repository.id as RepositoryId;
  const intentKey = { kind: "comment", repositoryId, target: String(target.number) } as const;
  if (body === undefined && (await findIntent(parts.db, intentKey)) === undefined) return;
  const { row, wasThere } = await recordIntent(parts.db, intentKey, parts.now());
  const text = body ?? otherwise;
  const contentHash = sha256Hex(text);
  if (row.content_hash === contentHash) return;
  const search = { number: target.number, marker: COMMENT_MARKER };
  const known = row.remote_id ?? (wasThere ? await findComment(octokit, name, search) : undefined);
  if (known !== undefined) await updateComment(octokit, name, known, text);
  const remoteId = known ?? (await createComment(octokit, name, target.number, text));
  await recordIntentDone(parts.db, intentKey, { remoteId, placeId: repositoryId, contentHash });
}

function urlOf(parts: JobParts, { repository }: CommentTarget): string {
  return `${parts.github.webUrl}/${repository.owner}/${repository.name}`;
}
