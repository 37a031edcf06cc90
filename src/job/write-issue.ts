/** Opens the one issue of a key in a repository, or brings it up to date. */
import type { Octokit } from "@octokit/rest";
import type { OccurrenceRow } from "../db/incidents.ts";
import {
  countOpenIssues,
  type IntentRow,
  recordFormerPlace,
  recordIntent,
  recordIntentDone,
} from "../db/intents.ts";
import { withLock } from "../db/locks.ts";
import { findPerson } from "../db/people.ts";
import { findRepository } from "../db/repositories.ts";
import { GitHubError } from "../github/failure.ts";
import {
  closeIssue,
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
import type { EffectivePolicy, Silence } from "../model/policy.ts";
import {
  ISSUE_LABEL,
  type IssueSubject,
  keepTicks,
  renderIssue,
  SILENCED_MARKER,
} from "../report/issue.ts";
import type { Audience, IssueHome } from "./audience.ts";
import { leaveIssue } from "./leave-issue.ts";
import type { JobParts } from "./parts.ts";
import type { KeyDetails } from "./read-keys.ts";
import type { RepositorySubject } from "./write-check.ts";

export interface IssueContext extends RepositorySubject {
  readonly audience: Audience;
}

/** GitHub's answer where a repository has its issues switched off. */
const STATUS_GONE = 410;

/**
 * @param silence what in the configuration silences the key: its issue then says so and is closed,
 *   and where it has none nothing is done.
 * @returns how to refer to the issue from the key's repository; undefined where there is no place
 *   for it, or where as many are open as may be: the check run still counts the key.
 */
export async function writeIssue(
  parts: JobParts,
  subject: IssueContext,
  key: KeyDetails,
  silence?: Silence,
): Promise<string | undefined> {
  const home = subject.audience.issueHome;
  if (home === undefined) return undefined;
  try {
    const number = await withLock(parts.db, `issue ${key.incident.id}`, () =>
      writeLocked(parts, { subject, home, key, silence }),
    );
    if (number === undefined) return undefined;
    return home.isElsewhere ? `${home.owner}/${home.repo}#${number}` : `#${number}`;
  } catch (cause) {
    if (cause instanceof GitHubError && cause.status === STATUS_GONE) return undefined;
    throw cause;
  }
}

interface Writing {
  readonly subject: IssueContext;
  readonly home: IssueHome;
  readonly key: KeyDetails;
  readonly silence: Silence | undefined;
}

async function writeLocked(parts: JobParts, writing: Writing): Promise<number | undefined> {
  const { subject, home, key, silence } = writing;
  const repositoryId = subject.repository.id as RepositoryId;
  const intentKey = { kind: "issue", repositoryId, target: String(key.incident.id) } as const;
  const { row } = await recordIntent(parts.db, intentKey, parts.now());
  const known = row.place_id === home.repositoryId ? row.remote_id : null;
  if (known !== null) return await write(parts, writing, row, known);
  if (silence !== undefined) return undefined;
  // Whoever counts waits for what another is about to open, or both would take the last place.
  return await withLock(parts.db, `new issue of ${repositoryId}`, async () => {
    if (await isFull(parts, repositoryId)) return undefined;
    return await write(parts, writing, row, null);
  });
}

async function write(
  parts: JobParts,
  writing: Writing,
  row: IntentRow,
  known: number | null,
): Promise<number> {
  const { subject, home, key } = writing;
  const octokit = parts.github.installation(subject.installationId);
  const repositoryId = subject.repository.id as RepositoryId;
  const intentKey = { kind: "issue", repositoryId, target: row.target } as const;
  const content = await renderContent(octokit, parts, writing, row.was_published);
  const contentHash = sha256Hex(content.body);
  const search = { label: ISSUE_LABEL, marker: markerOf(key) };
  const number = known ?? (await findIssueByMarker(octokit, home, search));
  if (number !== undefined && row.content_hash !== contentHash) {
    await refresh(octokit, number, content, writing);
  }
  if (known === null) await leaveFormer(octokit, parts, row, subject);
  const remoteId = number ?? (await createIssue(octokit, home, content));
  const placeId = home.repositoryId;
  await recordIntentDone(parts.db, intentKey, { remoteId, placeId, contentHash });
  return remoteId;
}

/** One key has one issue: where another place was chosen for it, the former one says so. */
async function leaveFormer(
  octokit: Octokit,
  parts: JobParts,
  row: IntentRow,
  { repository, audience }: IssueContext,
): Promise<void> {
  if (row.remote_id === null || row.place_id === null) return;
  const place = await findRepository(parts.db, row.place_id);
  if (place === undefined) return;
  const why = place.id === repository.id && audience.isPublic ? "public" : "configured";
  const repositoryId = repository.id as RepositoryId;
  const intentKey = { kind: "issue", repositoryId, target: row.target } as const;
  await recordFormerPlace(parts.db, intentKey, place.id);
  await leaveIssue(octokit, { owner: place.owner, repo: place.name }, row.remote_id, why);
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
  { subject, home, key, silence }: Writing,
  wasPublished: boolean,
): Promise<IssueContent> {
  const pusher = await findPusher(octokit, parts, home, key.occurrences);
  const { owner, name } = subject.repository;
  return renderIssue({
    repository: { url: `${parts.github.webUrl}/${owner}/${name}` },
    ...(home.isElsewhere && { repositoryName: `${owner}/${name}` }),
    wasPublished,
    ...(silence !== undefined && { silence }),
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
  number: number,
  content: IssueContent,
  { home, key, silence }: Writing,
): Promise<void> {
  const live = await getIssue(octokit, home, number);
  const body = keepTicks(content.body, live.body);
  if (body !== live.body) await updateIssue(octokit, home, number, { title: content.title, body });
  if (silence !== undefined) {
    if (live.isOpen) await closeIssue(octokit, home, number);
  } else if (wantsReopening(live, key.occurrences)) {
    await reopenIssue(octokit, home, number);
  }
}

/**
 * True when the configuration had closed the issue, which now says otherwise, or when the key came
 * to a new place after somebody had closed it.
 */
function wantsReopening(live: LiveIssue, occurrences: readonly OccurrenceRow[]): boolean {
  const { closedAt } = live;
  if (live.isOpen || closedAt === undefined) return false;
  if (live.body.includes(SILENCED_MARKER)) return true;
  return occurrences.some((occurrence) => occurrence.found_at > closedAt);
}
