/** Lists what leaked, with its place, its state, and where its issue is or why it has none. */
import { listOccurrences } from "../db/incidents.ts";
import { countOpenIssues } from "../db/intents.ts";
import {
  countLeaks,
  type LeakIssue,
  type LeakRow,
  listIntroductions,
  listLeakIssues,
  listLeaks,
  listRepositoryIds,
} from "../db/leaks.ts";
import { reportedPlaceOf } from "../db/reported-place.ts";
import type { Db } from "../db/schema.ts";
import type { ReportedPlace } from "../model/head-report.ts";
import type { RepositoryId } from "../model/ids.ts";
import type { TriageState, Verdict } from "../model/incident.ts";
import { keyIdOf } from "../model/key-id.ts";
import type { PlaceKind } from "../model/occurrence.ts";
import type { Lane, Severity } from "../model/rule.ts";
import { spellOut, visible } from "../report/escape.ts";
import { addressOf, labelOf } from "../report/place.ts";
import { decideNoIssue, type NoIssueFacts, type NoIssueReason } from "../triage/no-issue.ts";
import { CommandError } from "./command-error.ts";

export interface LeaksQuery {
  /** `owner/name`; null for every repository. */
  readonly repository: string | null;
  /** `open`: neither triaged away nor proven dead. */
  readonly state: "open" | "all";
  /** `next` of the page before; null for the first. */
  readonly before: number | null;
  /** Rows of the page, at most `LEAKS_PER_PAGE_MAX`. */
  readonly limit: number;
}

export interface LeaksPage {
  /** Newest first. */
  readonly leaks: readonly Leak[];
  /** Rows of all pages together. */
  readonly total: number;
  /** Null on the last page. */
  readonly next: number | null;
}

/** One key in one repository, as plain JSON; dates are in ISO 8601. */
export interface Leak {
  readonly keyId: string;
  readonly masked: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly lane: Lane;
  readonly repository: string;
  readonly place: LeakPlace | null;
  readonly firstSeenAt: string;
  readonly ageDays: number;
  readonly state: TriageState;
  readonly verdict: Verdict;
  readonly issueUrl: string | null;
  readonly noIssueReason: NoIssueReason | null;
}

/** The first place at which the key stood. */
export interface LeakPlace {
  readonly kind: PlaceKind;
  /** For people: `config/aws.ini:3`, or "a comment on #7". */
  readonly label: string;
  readonly url: string;
  readonly path: string | null;
  /** Path within an archive, which the line is then of. */
  readonly inside: string | null;
  readonly line: number;
  readonly commit: string | null;
}

export interface LeaksParts {
  readonly db: Db;
  /** Address of GitHub's pages without a trailing slash. */
  readonly webUrl: string;
  readonly issuesMax: number;
  readonly now: () => Date;
}

export const LEAKS_PER_PAGE_MAX = 100;
const DAY_MS = 86_400_000;

/** @throws CommandError when the repository is not known: an empty list would look like good news. */
export async function listLeaksPage(parts: LeaksParts, query: LeaksQuery): Promise<LeaksPage> {
  const { db } = parts;
  const filter = {
    state: query.state,
    ...(query.repository !== null && {
      repositoryIds: await getRepositoryIds(db, query.repository),
    }),
  };
  const limit = Math.min(query.limit, LEAKS_PER_PAGE_MAX);
  const rows = await listLeaks(db, filter, { before: query.before, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  return {
    leaks: await describe(parts, shown),
    total: await countLeaks(db, filter),
    next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  };
}

async function getRepositoryIds(db: Db, fullName: string): Promise<readonly number[]> {
  const ids = await listRepositoryIds(db, fullName);
  if (ids.length > 0) return ids;
  throw new CommandError(
    `Rekeeper has seen no repository called ${visible(fullName)}: check the name, and that the App is installed there.`,
  );
}

/** What the rows themselves do not hold, by incident. */
interface Lookups {
  readonly places: ReadonlyMap<number, ReportedPlace>;
  readonly issues: ReadonlyMap<number, LeakIssue>;
  /** Incidents that a range introduced: true where only forks did. */
  readonly introductions: ReadonlyMap<number, boolean>;
  readonly fullRepositories: ReadonlySet<number>;
}

async function describe(parts: LeaksParts, rows: readonly LeakRow[]): Promise<readonly Leak[]> {
  const ids = rows.map((row) => row.id);
  const places = await listOccurrences(parts.db, ids, 1);
  const issues = await listLeakIssues(parts.db, ids);
  const introductions = await listIntroductions(parts.db, ids);
  const lookups: Lookups = {
    places: new Map(places.map((row) => [row.incident_id, reportedPlaceOf(row)])),
    issues: new Map(issues.map((issue) => [issue.incidentId, issue])),
    introductions: new Map(introductions.map((one) => [one.incidentId, one.isFromForks])),
    fullRepositories: await findFullRepositories(parts, rows),
  };
  return rows.map((row) => leakOf(parts, row, lookups));
}

async function findFullRepositories(
  { db, issuesMax }: LeaksParts,
  rows: readonly LeakRow[],
): Promise<ReadonlySet<number>> {
  const full = new Set<number>();
  for (const id of new Set(rows.map((row) => row.repository_id))) {
    if ((await countOpenIssues(db, id as RepositoryId)) >= issuesMax) full.add(id);
  }
  return full;
}

function leakOf({ webUrl, now }: LeaksParts, row: LeakRow, lookups: Lookups): Leak {
  const place = lookups.places.get(row.id);
  const link = lookups.issues.get(row.id)?.link;
  return {
    keyId: keyIdOf(row.fingerprint),
    masked: row.masked,
    rule: row.rule_id,
    severity: row.severity,
    lane: row.lane,
    repository: `${row.owner}/${row.name}`,
    place: place === undefined ? null : leakPlaceOf(`${webUrl}/${row.owner}/${row.name}`, place),
    firstSeenAt: row.first_seen_at.toISOString(),
    ageDays: Math.floor((now().getTime() - row.first_seen_at.getTime()) / DAY_MS),
    state: row.state,
    verdict: row.verdict,
    issueUrl: link ? `${webUrl}/${link.owner}/${link.name}/issues/${link.number}` : null,
    noIssueReason: link ? null : decideNoIssue(noIssueFactsOf(row, lookups)),
  };
}

function leakPlaceOf(repositoryUrl: string, place: ReportedPlace): LeakPlace {
  return {
    kind: place.kind,
    label: labelOf(place, spellOut),
    url: addressOf(repositoryUrl, place),
    path: place.path ?? null,
    inside: place.inside ?? null,
    line: place.line,
    commit: place.commit ?? null,
  };
}

function noIssueFactsOf(row: LeakRow, lookups: Lookups): NoIssueFacts {
  return {
    lane: row.lane,
    state: row.state,
    verdict: row.verdict,
    isPlanned: lookups.issues.has(row.id),
    introducedBy: introducerOf(row, lookups),
    isPublic: !row.is_private,
    isFull: lookups.fullRepositories.has(row.repository_id),
  };
}

/** What people write outside of git belongs to no range, and always brings its keys itself. */
function introducerOf(row: LeakRow, lookups: Lookups): NoIssueFacts["introducedBy"] {
  const isFromForks = lookups.introductions.get(row.id);
  if (isFromForks !== undefined) return isFromForks ? "forks" : "members";
  return lookups.places.get(row.id)?.commit === undefined ? "members" : "nobody";
}
