/** What was looked at to judge a head, and what it showed. */
import { type Insertable, type Selectable, sql } from "kysely";
import type { ObjectId, RepositoryId } from "../model/ids.ts";
import type { IncidentRow } from "./incidents.ts";
import type { Db, Tables } from "./schema.ts";

export type RangeRow = Selectable<Tables["ranges"]>;
export type RangeGapRow = Tables["range_gaps"];

type NewRange = Pick<
  Insertable<Tables["ranges"]>,
  "repository_id" | "head" | "source" | "source_id" | "base" | "pusher_id" | "updated_at"
>;

/** Notes that a range waits for its scan, again where it was scanned before. @returns its id. */
export async function recordRange(db: Db, range: NewRange): Promise<number> {
  const row = await db
    .insertInto("ranges")
    .values({ ...range, state: "waiting", rules_hash: null })
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "head", "source", "source_id"]).doUpdateSet({
        base: range.base,
        pusher_id: range.pusher_id,
        state: "waiting",
        updated_at: range.updated_at,
      }),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

/** A pull request that is closed is no reason to judge any head. */
export async function forgetPullRanges(
  db: Db,
  repositoryId: RepositoryId,
  number: number,
): Promise<void> {
  await db
    .deleteFrom("ranges")
    .where("repository_id", "=", repositoryId)
    .where("source", "=", "pull")
    .where("source_id", "=", number)
    .execute();
}

/** Undefined when the range is gone, as when its repository was removed. */
export async function findRange(db: Db, id: number): Promise<RangeRow | undefined> {
  return await db.selectFrom("ranges").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Ranges that judge this head, oldest first; reading a history judges none. */
export async function listRanges(
  db: Db,
  repositoryId: RepositoryId,
  head: ObjectId,
): Promise<readonly RangeRow[]> {
  return await db
    .selectFrom("ranges")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("head", "=", head)
    .where("source", "!=", "history")
    .orderBy("id")
    .execute();
}

const OPEN_HEADS_MAX = 1_000;

/**
 * Heads that show or introduce a key and that somebody may look at now: of open pull requests, and
 * tips of branches and tags. Newest first, at most 1,000.
 */
export async function listOpenHeads(
  db: Db,
  repositoryId: RepositoryId,
): Promise<readonly ObjectId[]> {
  const rows = await db
    .selectFrom("ranges")
    .select("head")
    .where("repository_id", "=", repositoryId)
    .where((where) =>
      where.exists(
        where
          .selectFrom("range_findings")
          .select("range_id")
          .whereRef("range_findings.range_id", "=", "ranges.id"),
      ),
    )
    .where((where) =>
      where.or([
        where.exists(
          where
            .selectFrom("refs")
            .select("refs.id")
            .whereRef("refs.repository_id", "=", "ranges.repository_id")
            .whereRef("refs.scanned_tip", "=", "ranges.head"),
        ),
        where.exists(
          where
            .selectFrom("pulls")
            .select("pulls.number")
            .whereRef("pulls.repository_id", "=", "ranges.repository_id")
            .whereRef("pulls.head", "=", "ranges.head")
            .where("pulls.is_open", "=", true),
        ),
      ]),
    )
    .groupBy("head")
    .orderBy((order) => order.fn.max("ranges.id"), "desc")
    .limit(OPEN_HEADS_MAX)
    .execute();
  return rows.map((row) => row.head as ObjectId);
}

const FAILURES_MAX = 10;
const RETRY_MINUTES = 10;
const RETRIED_MAX = 500;

/**
 * Ranges with a gap that may close by trying again, whose time has come: 10 minutes after the
 * first failure, doubling, ten times in all.
 */
export async function listRangesToRetry(
  db: Db,
  now: Date,
): Promise<readonly { id: number; installationId: number }[]> {
  return await db
    .selectFrom("ranges")
    .innerJoin("repositories", "repositories.id", "ranges.repository_id")
    .select(["ranges.id", "repositories.installation_id as installationId"])
    .where("ranges.state", "!=", "waiting")
    .where("failure_count", ">", 0)
    .where("failure_count", "<=", FAILURES_MAX)
    .where(
      sql<boolean>`ranges.updated_at + interval '1 minute' * ${RETRY_MINUTES} * power(2, failure_count - 1) <= ${now}`,
    )
    .orderBy("ranges.id")
    .limit(RETRIED_MAX)
    .execute();
}

/**
 * Ranges of those who use the service that have waited since before a moment, longest first, at
 * most 500. Reading a history is a job of its own, which comes back to its ranges.
 */
export async function listRangesWaiting(
  db: Db,
  since: Date,
): Promise<readonly { id: number; installationId: number }[]> {
  return await db
    .selectFrom("ranges")
    .innerJoin("repositories", "repositories.id", "ranges.repository_id")
    .innerJoin("installations", "installations.id", "repositories.installation_id")
    .select(["ranges.id", "repositories.installation_id as installationId"])
    .where("ranges.state", "=", "waiting")
    .where("ranges.source", "!=", "history")
    .where("ranges.updated_at", "<", since)
    .where("repositories.state", "=", "active")
    .where("installations.state", "=", "active")
    .orderBy("ranges.updated_at")
    .limit(RETRIED_MAX)
    .execute();
}

/** Makes a range wait for its scan again. */
export async function recordRangeWaiting(db: Db, id: number, now: Date): Promise<void> {
  await db
    .updateTable("ranges")
    .set({ state: "waiting", updated_at: now })
    .where("id", "=", id)
    .execute();
}

/** The range of this very head and source, if it is known. */
export async function findSameRange(
  db: Db,
  range: Pick<NewRange, "repository_id" | "head" | "source" | "source_id">,
): Promise<RangeRow | undefined> {
  return await db
    .selectFrom("ranges")
    .selectAll()
    .where("repository_id", "=", range.repository_id)
    .where("head", "=", range.head)
    .where("source", "=", range.source)
    .where("source_id", "=", range.source_id)
    .executeTakeFirst();
}

/** Whether some push to a ref waits for its scan, or for another after one that may be retried. */
export async function hasUnscannedPush(
  db: Db,
  repositoryId: RepositoryId,
  refId: number,
): Promise<boolean> {
  const row = await db
    .selectFrom("ranges")
    .select("id")
    .where("repository_id", "=", repositoryId)
    .where("source", "=", "push")
    .where("source_id", "=", refId)
    .where((where) => where.or([where("state", "!=", "scanned"), where("failure_count", ">", 0)]))
    .where("failure_count", "<=", FAILURES_MAX)
    .executeTakeFirst();
  return row !== undefined;
}

const PUSHES_FOLLOWED_MAX = 1_000;

/**
 * Goes back from a head that was pushed to a ref, by what each push was compared with, through
 * those that were scanned without a failure, at most 1,000.
 *
 * @param until a tip at which this ends; null for a ref of which nothing was scanned.
 * @returns the earliest such push; undefined where the pushes lead in a circle.
 */
export async function findEarliestPush(
  db: Db,
  { repository_id, source_id, head }: Pick<RangeRow, "repository_id" | "source_id" | "head">,
  until: string | null,
): Promise<Pick<RangeRow, "head" | "base"> | undefined> {
  const { rows } = await sql<Pick<RangeRow, "head" | "base">>`
    with recursive pushes as not materialized (
      select head, base from ranges
      where repository_id = ${repository_id} and source = 'push' and source_id = ${source_id}
        and state = 'scanned' and failure_count = 0
    ), back as (
      select head, base, 1 as count from pushes where head = ${head}
      union all
      select pushes.head, pushes.base, count + 1 from back
        join pushes on pushes.head = back.base
      where back.base is distinct from ${until}::text and count < ${PUSHES_FOLLOWED_MAX}
    )
    select head, base from back
    where base is null or base = ${until}::text
      or not exists (select 1 from pushes where pushes.head = back.base)
    limit 1
  `.execute(db);
  return rows[0];
}

const OUTDATED_MAX = 500;

/**
 * Scanned ranges of heads that are current, of open pull requests and of refs, and were scanned with
 * other rules; newest first, at most 500. Those of new refs are left out: what they were compared
 * with has changed since, and the reading of the history covers them.
 */
export async function listOutdatedHeads(
  db: Db,
  repositoryId: RepositoryId,
  rulesHash: string,
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from ranges
    where repository_id = ${repositoryId} and state = 'scanned' and base is not null
      and rules_hash is distinct from ${rulesHash}
      and (
        source = 'pull' and exists (
          select 1 from pulls where pulls.repository_id = ranges.repository_id
            and pulls.number = source_id and pulls.head = ranges.head and is_open
        )
        or source = 'push' and exists (
          select 1 from refs where refs.id = source_id and scanned_tip = ranges.head
        )
      )
    order by id desc
    limit ${OUTDATED_MAX}
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** Whether the ref of this push was pushed to again since. */
export async function hasNewerHead(
  db: Db,
  range: Pick<RangeRow, "id" | "repository_id" | "source_id">,
): Promise<boolean> {
  const newer = await db
    .selectFrom("ranges")
    .select("id")
    .where("repository_id", "=", range.repository_id)
    .where("source", "=", "push")
    .where("source_id", "=", range.source_id)
    .where("id", ">", range.id)
    .limit(1)
    .executeTakeFirst();
  return newer !== undefined;
}

const HEADS_MAX = 500;

/** Heads whose ranges show keys, newest first, at most 500. */
export async function listHeadsWithFindings(
  db: Db,
  repositoryId: RepositoryId,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("ranges")
    .innerJoin("range_findings", "range_findings.range_id", "ranges.id")
    .select("head")
    .where("repository_id", "=", repositoryId)
    .groupBy("head")
    .orderBy((order) => order.fn.max("ranges.id"), "desc")
    .limit(HEADS_MAX)
    .execute();
  return rows.map((row) => row.head);
}

export interface RangeOutcome {
  readonly state: "scanned" | "failed";
  readonly commitCount: number;
  readonly objectCount: number;
  readonly knownObjectCount: number;
  readonly scannedBytes: number;
  readonly scanMs: number;
  readonly rulesHash: string;
  readonly findings: readonly { incidentId: number; isIntroduced: boolean; isInHead: boolean }[];
  readonly gaps: readonly Omit<RangeGapRow, "range_id">[];
  readonly at: Date;
}

/** Replaces what is known of a range by the outcome of its newest scan. */
export async function recordRangeOutcome(
  db: Db,
  rangeId: number,
  outcome: RangeOutcome,
): Promise<void> {
  await db
    .updateTable("ranges")
    .set({
      state: outcome.state,
      commit_count: outcome.commitCount,
      object_count: outcome.objectCount,
      known_object_count: outcome.knownObjectCount,
      failure_count: outcome.gaps.some((gap) => gap.kind === "failed")
        ? sql<number>`failure_count + 1`
        : 0,
      scanned_bytes: outcome.scannedBytes,
      scan_ms: outcome.scanMs,
      rules_hash: outcome.rulesHash,
      updated_at: outcome.at,
    })
    .where("id", "=", rangeId)
    .execute();
  await db.deleteFrom("range_findings").where("range_id", "=", rangeId).execute();
  await db.deleteFrom("range_gaps").where("range_id", "=", rangeId).execute();
  for (const finding of outcome.findings) {
    await db
      .insertInto("range_findings")
      .values({
        range_id: rangeId,
        incident_id: finding.incidentId,
        is_introduced: finding.isIntroduced,
        is_in_head: finding.isInHead,
      })
      .execute();
  }
  for (const gap of outcome.gaps) {
    await db
      .insertInto("range_gaps")
      .values({ range_id: rangeId, ...gap })
      .execute();
  }
}

export interface RangeFinding extends IncidentRow {
  readonly range_id: number;
  readonly is_introduced: boolean;
  readonly is_in_head: boolean;
}

export async function listRangeFindings(
  db: Db,
  rangeIds: readonly number[],
): Promise<readonly RangeFinding[]> {
  if (rangeIds.length === 0) return [];
  return await db
    .selectFrom("range_findings")
    .innerJoin("incidents", "incidents.id", "range_findings.incident_id")
    .selectAll("incidents")
    .select(["range_id", "is_introduced", "is_in_head"])
    .where("range_id", "in", [...rangeIds])
    .orderBy("incidents.id")
    .execute();
}

export async function listRangeGaps(
  db: Db,
  rangeIds: readonly number[],
): Promise<readonly RangeGapRow[]> {
  if (rangeIds.length === 0) return [];
  return await db
    .selectFrom("range_gaps")
    .selectAll()
    .where("range_id", "in", [...rangeIds])
    .orderBy("reason")
    .execute();
}
