/** Opens the one issue of a key in a repository, or brings it up to date. */
import { createHash } from "node:crypto";
import type { Octokit } from "@octokit/rest";
import type { OccurrenceRow } from "../db/incidents.ts";
import { countOpenIssues, recordIntent, recordIntentDone } from "../db/intents.ts";
import { withLock } from "../db/locks.ts";
import { findPerson } from "../db/people.ts";
import type { RangeFinding } from "../db/ranges.ts";
import { GitHubError } from "../github/failure.ts";
import {
  createIssue,
  findIssueByMarker,
  getIssue,
  type IssueContent,
  type LiveIssue,
  reopenIssue,
  updateIssue,
} from "../github/issues.ts";
import { isAssignable, type RepositoryName } from "../github/repositories.ts";
import type { ReportedKey } from "../model/head-report.ts";
import type { RepositoryId } from "../model/ids.ts";
import type { ProviderGuide } from "../model/rule.ts";
import { ISSUE_LABEL, type IssueSubject, keepTicks, renderIssue } from "../report/issue.ts";
import type { JobParts } from "./parts.ts";
import type { CheckSubject } from "./write-check.ts";

export interface KeyIssue {
  readonly incident: RangeFinding;
  readonly key: ReportedKey;
  readonly guide: ProviderGuide;
  readonly occurrences: readonly OccurrenceRow[];
}

/** GitHub's answer where a repository has its issues switched off. */
const STATUS_GONE = 410;

/**
 * @returns the issue's number; undefined where the repository takes no issues, or has as many
 *   open ones as it may have: the check run still names the key.
 */
export async function writeIssue(
  parts: JobParts,
  subject: CheckSubject,
  issue: KeyIssue,
): Promise<number | undefined> {
  const { repository, installationId } = subject;
  const octokit = parts.github.installation(installationId);
  const name = { owner: repository.owner, repo: repository.name };
  return await withLock(parts.db, `issue ${issue.incident.id}`, async () => {
    const intentKey = {
      kind: "issue",
      repositoryId: repository.id as RepositoryId,
      target: String(issue.incident.id),
    } as const;
    const { row } = await recordIntent(parts.db, intentKey, parts.now());
    const marker = `<!-- rekeeper:key:${issue.incident.fingerprint} -->`;
    if (row.remote_id === null && (await isFull(parts, repository.id))) return undefined;
    const content = await renderContent(octokit, parts, { name, subject, issue, marker });
    const contentHash = createHash("sha256").update(content.body).digest("hex");
    try {
      const search = { label: ISSUE_LABEL, marker };
      const known = row.remote_id ?? (await findIssueByMarker(octokit, name, search));
      if (known !== undefined) {
        const isChanged = row.content_hash !== contentHash;
        await refresh(octokit, name, known, { content, isChanged, issue });
      }
      const remoteId = known ?? (await createIssue(octokit, name, content));
      await recordIntentDone(parts.db, intentKey, { remoteId, contentHash });
      return remoteId;
    } catch (cause) {
      if (cause instanceof GitHubError && cause.status === STATUS_GONE) return undefined;
      throw cause;
    }
  });
}

async function isFull(parts: JobParts, repositoryId: number): Promise<boolean> {
  const open = await countOpenIssues(parts.db, repositoryId as RepositoryId);
  return open >= parts.limits.issuesMax;
}

async function renderContent(
  octokit: Octokit,
  parts: JobParts,
  about: {
    readonly name: RepositoryName;
    readonly subject: CheckSubject;
    readonly issue: KeyIssue;
    readonly marker: string;
  },
): Promise<IssueContent> {
  const { name, subject, issue, marker } = about;
  const pusher = await findPusher(octokit, parts, name, issue.occurrences);
  const content: IssueSubject = {
    repository: { url: `${parts.github.webUrl}/${name.owner}/${subject.repository.name}` },
    key: issue.key,
    guide: issue.guide,
    ...(pusher && { pusher }),
    assignees: pusher?.hasAccess === true ? [pusher.login] : [],
    marker,
  };
  return renderIssue(content);
}

/** Who pushed the key first; bots are not assigned, and strangers are not mentioned. */
async function findPusher(
  octokit: Octokit,
  parts: JobParts,
  name: RepositoryName,
  occurrences: readonly OccurrenceRow[],
): Promise<IssueSubject["pusher"]> {
  const pusherId = occurrences.find((occurrence) => occurrence.pusher_id !== null)?.pusher_id;
  const person = pusherId == null ? undefined : await findPerson(parts.db, pusherId);
  if (person === undefined) return undefined;
  const hasAccess = !person.is_bot && (await isAssignable(octokit, name, person.login));
  return { login: person.login, hasAccess };
}

async function refresh(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
  change: {
    readonly content: IssueContent;
    readonly isChanged: boolean;
    readonly issue: KeyIssue;
  },
): Promise<void> {
  if (!change.isChanged) return;
  const live = await getIssue(octokit, name, number);
  const body = keepTicks(change.content.body, live.body);
  if (body !== live.body) {
    await updateIssue(octokit, name, number, { title: change.content.title, body });
  }
  if (isSeenAgain(live, change.issue.occurrences)) await reopenIssue(octokit, name, number);
}

/** True when the key came to a new place after somebody had closed its issue. */
function isSeenAgain(live: LiveIssue, occurrences: readonly OccurrenceRow[]): boolean {
  const { closedAt } = live;
  if (live.isOpen || closedAt === undefined) return false;
  return occurrences.some((occurrence) => occurrence.found_at > closedAt);
}
