/** Opens the one issue of a key in a repository, or brings it up to date. */
import type { Octokit } from "@octokit/rest";
import type { OccurrenceRow } from "../db/incidents.ts";
import { countOpenIssues, recordIntent, recordIntentDone } from "../db/intents.ts";
import { withLock } from "../db/locks.ts";
import { findPerson } from "../db/people.ts";
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
import { isAssignable } from "../github/repositories.ts";
import { sha256Hex } from "../lib/sha256.ts";
import type { RepositoryId } from "../model/ids.ts";
import type { EffectivePolicy } from "../model/policy.ts";
import { ISSUE_LABEL, type IssueSubject, keepTicks, renderIssue } from "../report/issue.ts";
import type { Audience, IssueHome } from "./audience.ts";
import type { JobParts } from "./parts.ts";
import type { KeyDetails } from "./read-keys.ts";
import type { RepositorySubject } from "./write-check.ts";

export interface IssueContext extends RepositorySubject {
  readonly audience: Audience;
}

/** GitHub's answer where a repository has its issues switched off. */
const STATUS_GONE = 410;

/**
 * @returns how to refer to the issue from the key's repository; undefined where there is no place
 *   for it, or where as many are open as may be: the check run still counts the key.
 */
export async function writeIssue(
  parts: JobParts,
  subject: IssueContext,
  key: KeyDetails,
): Promise<string | undefined> {
  const home = subject.audience.issueHome;
  if (home === undefined) return undefined;
  try {
    const number = await withLock(parts.db, `issue ${key.incident.id}`, () =>
      writeLocked(parts, subject, home, key),
    );
    if (number === undefined) return undefined;
    return home.isElsewhere ? `${home.owner}/${home.repo}#${number}` : `#${number}`;
  } catch (cause) {
    if (cause instanceof GitHubError && cause.status === STATUS_GONE) return undefined;
    throw cause;
  }
}

async function writeLocked(
  parts: JobParts,
  subject: IssueContext,
  home: IssueHome,
  key: KeyDetails,
): Promise<number | undefined> {
  const octokit = parts.github.installation(subject.installationId);
  const repositoryId = subject.repository.id as RepositoryId;
  const intentKey = { kind: "issue", repositoryId, target: String(key.incident.id) } as const;
  const { row } = await recordIntent(parts.db, intentKey, parts.now());
  const known = row.place_id === home.repositoryId ? row.remote_id : null;
  if (known === null && (await isFull(parts, repositoryId))) return undefined;
  const content = await renderContent(octokit, parts, {
    subject,
    home,
    key,
    wasPublished: row.was_published,
  });
  const contentHash = sha256Hex(content.body);
  const search = { label: ISSUE_LABEL, marker: markerOf(key) };
  const number = known ?? (await findIssueByMarker(octokit, home, search));
  if (number !== undefined && row.content_hash !== contentHash) {
    await refresh(octokit, home, number, content, key.occurrences);
  }
  const remoteId = number ?? (await createIssue(octokit, home, content));
  const placeId = home.repositoryId;
  await recordIntentDone(parts.db, intentKey, { remoteId, placeId, contentHash });
  return remoteId;
}

function markerOf({ incident }: KeyDetails): string {
  return `<!-- rekeeper:key:${incident.repository_id}:${incident.fingerprint} -->`;
}

async function isFull(parts: JobParts, repositoryId: RepositoryId): Promise<boolean> {
  return (await countOpenIssues(parts.db, repositoryId)) >= parts.limits.issuesMax;
}

async function renderContent(
  octokit: Octokit,
  parts: JobParts,
  about: {
    readonly subject: IssueContext;
    readonly home: IssueHome;
    readonly key: KeyDetails;
    readonly wasPublished: boolean;
  },
): Promise<IssueContent> {
  const { subject, home, key, wasPublished } = about;
  const pusher = await findPusher(octokit, parts, home, key.occurrences);
  const { owner, name } = subject.repository;
  return renderIssue({
    repository: { url: `${parts.github.webUrl}/${owner}/${name}` },
    ...(home.isElsewhere && { repositoryName: `${owner}/${name}` }),
    wasPublished,
    key: key.key,
    guide: key.guide,
    ...(pusher && { pusher }),
    ...ownersOf(subject.audience.policy, pusher),
    labels: subject.audience.policy.issues.labels.map(({ value }) => value),
    marker: markerOf(key),
  });
}

/** The pusher if they have access, then those that are configured, then the fallback. */
function ownersOf(
  { issues }: EffectivePolicy,
  pusher: IssueSubject["pusher"],
): Pick<IssueSubject, "assignees" | "team"> {
  if (pusher?.hasAccess === true) return { assignees: [pusher.login] };
  const configured = issues.assignees.map(({ value }) => value);
  const fallback = issues.fallback?.value;
  if (configured.length > 0 || fallback === undefined) return { assignees: configured };
  return fallback.includes("/") ? { assignees: [], team: fallback } : { assignees: [fallback] };
}

/** Who brought the key first; bots are not assigned, and strangers are not mentioned. */
async function findPusher(
  octokit: Octokit,
  parts: JobParts,
  home: IssueHome,
  occurrences: readonly OccurrenceRow[],
): Promise<IssueSubject["pusher"]> {
  const personId = occurrences.find((occurrence) => occurrence.person_id !== null)?.person_id;
  const person = personId == null ? undefined : await findPerson(parts.db, personId);
  if (person === undefined) return undefined;
  const hasAccess = !person.is_bot && (await isAssignable(octokit, home, person.login));
  return { login: person.login, hasAccess };
}

async function refresh(
  octokit: Octokit,
  home: IssueHome,
  number: number,
  content: IssueContent,
  occurrences: readonly OccurrenceRow[],
): Promise<void> {
  const live = await getIssue(octokit, home, number);
  const body = keepTicks(content.body, live.body);
  if (body !== live.body) await updateIssue(octokit, home, number, { title: content.title, body });
  if (isSeenAgain(live, occurrences)) await reopenIssue(octokit, home, number);
}

/** True when the key came to a new place after somebody had closed its issue. */
function isSeenAgain(live: LiveIssue, occurrences: readonly OccurrenceRow[]): boolean {
  const { closedAt } = live;
  if (live.isOpen || closedAt === undefined) return false;
  return occurrences.some((occurrence) => occurrence.found_at > closedAt);
}
