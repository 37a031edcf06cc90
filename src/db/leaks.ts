/** Incidents as the list of leaks shows them: page by page, with what became of their issues. */
import { type ExpressionBuilder, type Selectable, sql } from "kysely";
import { OPEN_STATES } from "../model/incident.ts";
import type { Db, Tables } from "./schema.ts";

export interface LeakFilter {
  /** Absent: every repository. */
  readonly repositoryIds?: readonly number[];
  /** `open`: neither triaged away nor proven dead. */
  readonly state: "open" | "all";
}

export interface LeakRow extends Selectable<Tables["incidents"]> {
  readonly owner: string;
  readonly name: string;
  readonly is_private: boolean;
}

/**
 * One page, newest first.
 *
 * @param page `before` is the id of the last incident of the page before, `limit` counts rows.
 */
export async function listLeaks(
  db: Db,
  filter: LeakFilter,
  page: { readonly before: number | null; readonly limit: number },
): Promise<readonly LeakRow[]> {
  let query = db
    .selectFrom("incidents")
    .innerJoin("repositories", "repositories.id", "incidents.repository_id")
    .selectAll("incidents")
    .select(["owner", "name", "is_private"])
    .where((where) => matches(where, filter));
  if (page.before !== null) query = query.where("incidents.id", "<", page.before);
  return await query.orderBy("incidents.id", "desc").limit(page.limit).execute();
}

export async function countLeaks(db: Db, filter: LeakFilter): Promise<number> {
  const { total } = await db
    .selectFrom("incidents")
    .innerJoin("repositories", "repositories.id", "incidents.repository_id")
    .select((select) => select.fn.countAll<number>().as("total"))
    .where((where) => matches(where, filter))
    .executeTakeFirstOrThrow();
  return total;
}

function matches(
  where: ExpressionBuilder<Tables, "incidents">,
  { repositoryIds, state }: LeakFilter,
) {
  const conditions = [];
  if (repositoryIds !== undefined)
    conditions.push(where("repository_id", "in", [...repositoryIds]));
  if (state === "open") {
    conditions.push(where("incidents.state", "in", [...OPEN_STATES]));
    conditions.push(where("verdict", "<>", "inactive"));
  }
  return where.and(conditions);
}

/** Ids of the repositories that have this `owner/name` now; letter case does not matter. */
export async function listRepositoryIds(db: Db, fullName: string): Promise<readonly number[]> {
  const rows = await db
    .selectFrom("repositories")
    .select("id")
    .where(sql`lower(owner || '/' || name)`, "=", fullName.toLowerCase())
    .execute();
  return rows.map((row) => row.id);
}

export interface LeakIssue {
  readonly incidentId: number;
  /** Null: it has a place to go to, and is not opened so far. */
  readonly link: { readonly owner: string; readonly name: string; readonly number: number } | null;
}

/** The issues of these incidents; absent are those whose issue has no place to go to. */
export async function listLeakIssues(
  db: Db,
  incidentIds: readonly number[],
): Promise<readonly LeakIssue[]> {
  if (incidentIds.length === 0) return [];
  const rows = await db
    .selectFrom("intents")
    .leftJoin("repositories", "repositories.id", "intents.place_id")
    .select(["target", "remote_id", "owner", "name"])
    .where("kind", "=", "issue")
    .where("target", "in", incidentIds.map(String))
    .execute();
  return rows.map(({ target, remote_id: number, owner, name }) => ({
    incidentId: Number(target),
    link: number === null || owner === null || name === null ? null : { owner, name, number },
  }));
}

/**
 * Incidents that a range brought, and by whom: `isFromForks` where only pull requests from forks
 * did. Incidents that ranges merely showed, or that stand outside of git, are absent.
 */
export async function listIntroductions(
  db: Db,
  incidentIds: readonly number[],
): Promise<readonly { readonly incidentId: number; readonly isFromForks: boolean }[]> {
  if (incidentIds.length === 0) return [];
  return await db
    .selectFrom("range_findings")
    .innerJoin("ranges", "ranges.id", "range_findings.range_id")
    .leftJoin("pulls", (join) =>
      join
        .onRef("pulls.repository_id", "=", "ranges.repository_id")
        .onRef("pulls.number", "=", "ranges.source_id")
        .on("ranges.source", "=", "pull"),
    )
    .select([
      "incident_id as incidentId",
      sql<boolean>`bool_and(coalesce(pulls.is_fork, false))`.as("isFromForks"),
    ])
    .where("is_introduced", "=", true)
    .where("incident_id", "in", [...incidentIds])
    .groupBy("incident_id")
    .execute();
}
