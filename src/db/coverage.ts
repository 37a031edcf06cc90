/** What was scanned of each repository, and what was not. */
import { sql } from "kysely";
import type { Db } from "./schema.ts";

export interface RepositoryCoverage {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly state: "active" | "archived" | "deleted";
  /** When the newest scan ended. */
  readonly scannedAt: Date | null;
  readonly isHistoryRead: boolean;
  /** Branches and tags whose history was read, of those known so far. */
  readonly historyRefsRead: number;
  readonly refsKnown: number;
  /** Objects that are missing because something failed; they are tried again. */
  readonly failedGaps: number;
  /** Objects over a cap, encrypted or of a kind that is not read. */
  readonly naturalGaps: number;
}

/** Repositories by id from behind `after` on. */
export async function listCoverage(
  db: Db,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly RepositoryCoverage[]> {
  const { rows } = await sql<RepositoryCoverage>`
    select id, owner, name, state, history_rules is not null as "isHistoryRead",
      (select max(updated_at) from ranges
        where repository_id = repositories.id and state = 'scanned') as "scannedAt",
      (select count(distinct source_id)::int from ranges
        where repository_id = repositories.id and source = 'history' and state = 'scanned'
      ) as "historyRefsRead",
      (select count(*)::int from refs where repository_id = repositories.id) as "refsKnown",
      ${countGaps("failed")} as "failedGaps",
      ${countGaps("by-nature")} as "naturalGaps"
    from repositories
    where id > ${page.after}
    order by id
    limit ${page.limit}
  `.execute(db);
  return rows;
}

export interface ServiceTotals {
  readonly activeInstallations: number;
  readonly departedInstallations: number;
  readonly repositories: number;
  readonly lastDeliveryAt: Date | null;
}

export async function getServiceTotals(db: Db): Promise<ServiceTotals> {
  const { rows } = await sql<ServiceTotals>`
    select
      (select count(*)::int from installations where state = 'active') as "activeInstallations",
      (select count(*)::int from installations where state <> 'active') as "departedInstallations",
      (select count(*)::int from repositories) as repositories,
      (select max(received_at) from deliveries) as "lastDeliveryAt"
  `.execute(db);
  const [totals] = rows;
  if (totals === undefined) throw new Error("a query for totals gave no row");
  return totals;
}

function countGaps(kind: "failed" | "by-nature") {
  return sql`(
    select coalesce(sum(range_gaps.object_count), 0)::int
    from range_gaps join ranges on ranges.id = range_id
    where repository_id = repositories.id and kind = ${kind}
  )`;
}
