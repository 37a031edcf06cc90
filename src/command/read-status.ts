/** Tells what the service has scanned, what it still has to do, and what went wrong. */
import { getServiceTotals, listCoverage, type RepositoryCoverage } from "../db/coverage.ts";
import type { Db } from "../db/schema.ts";
import {
  listJobCounts,
  listRepositoryJobCounts,
  type OpenJobState,
  type RepositoryJobCount,
} from "../queue/job-counts.ts";

export interface StatusQuery {
  /** `next` of the page before; 0 for the first. */
  readonly after: number;
  /** Rows of the page, at most `STATUS_PER_PAGE_MAX`. */
  readonly limit: number;
}

export interface StatusPage {
  readonly totals: StatusTotals;
  /** In the order of GitHub's ids. */
  readonly repositories: readonly RepositoryStatus[];
  /** Null on the last page. */
  readonly next: number | null;
}

/** Numbers of the whole service, as plain JSON; dates are in ISO 8601. */
export interface StatusTotals {
  readonly installations: number;
  /** Suspended or deleted. */
  readonly departedInstallations: number;
  readonly repositories: number;
  readonly jobs: JobTotals;
  readonly lastDeliveryAt: string | null;
}

export interface JobTotals {
  readonly waiting: number;
  readonly running: number;
  /** Failed for good within the days that finished jobs are kept. */
  readonly dead: number;
}

export const HISTORY_STATES = ["read", "reading", "waiting", "failed", "none"] as const;
export type HistoryState = (typeof HISTORY_STATES)[number];

export interface RepositoryStatus {
  readonly repository: string;
  readonly state: "active" | "archived" | "deleted";
  readonly scannedAt: string | null;
  readonly history: HistoryState;
  readonly historyRefsRead: number;
  readonly refsKnown: number;
  readonly jobs: JobTotals;
  readonly failedGaps: number;
  readonly naturalGaps: number;
}

export interface StatusParts {
  readonly db: Db;
}

export const STATUS_PER_PAGE_MAX = 200;

export async function readStatus({ db }: StatusParts, query: StatusQuery): Promise<StatusPage> {
  const limit = Math.min(query.limit, STATUS_PER_PAGE_MAX);
  const rows = await listCoverage(db, { after: query.after, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const ids = shown.map((row) => row.id);
  const jobs = Map.groupBy(await listRepositoryJobCounts(db, ids), (job) => job.repositoryId);
  return {
    totals: await readTotals(db),
    repositories: shown.map((row) => statusOf(row, jobs.get(row.id) ?? [])),
    next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  };
}

async function readTotals(db: Db): Promise<StatusTotals> {
  const totals = await getServiceTotals(db);
  return {
    installations: totals.activeInstallations,
    departedInstallations: totals.departedInstallations,
    repositories: totals.repositories,
    jobs: sumOf(await listJobCounts(db)),
    lastDeliveryAt: totals.lastDeliveryAt?.toISOString() ?? null,
  };
}

function statusOf(row: RepositoryCoverage, jobs: readonly RepositoryJobCount[]): RepositoryStatus {
  return {
    repository: `${row.owner}/${row.name}`,
    state: row.state,
    scannedAt: row.scannedAt?.toISOString() ?? null,
    history: historyOf(row, jobs),
    historyRefsRead: row.historyRefsRead,
    refsKnown: row.refsKnown,
    jobs: sumOf(jobs),
    failedGaps: row.failedGaps,
    naturalGaps: row.naturalGaps,
  };
}

/** A history that was read is read again when the rules change; its job then says so. */
function historyOf(row: RepositoryCoverage, jobs: readonly RepositoryJobCount[]): HistoryState {
  const has = (wanted: OpenJobState): boolean =>
    jobs.some(({ queue, state }) => queue === "scan-history" && state === wanted);
  if (has("running")) return "reading";
  if (has("waiting")) return "waiting";
  if (row.isHistoryRead) return "read";
  return has("dead") ? "failed" : "none";
}

function sumOf(
  counts: readonly { readonly state: OpenJobState; readonly count: number }[],
): JobTotals {
  const sum = (wanted: OpenJobState): number =>
    counts.reduce((total, { state, count }) => total + (state === wanted ? count : 0), 0);
  return { waiting: sum("waiting"), running: sum("running"), dead: sum("dead") };
}
