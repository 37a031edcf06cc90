/** Takes jobs that wait out of the queue. */
import { sql } from "kysely";
import type { PgBoss } from "pg-boss";
import type { Db } from "../db/schema.ts";
import { inChunks } from "../lib/chunks.ts";
import { JOB_POLICIES, type JobName } from "./jobs.ts";

const JOBS_MAX = 100_000;
const IDS_PER_STATEMENT_MAX = 1_000;

/**
 * Deletes the waiting jobs of these installations, at most 100,000 at once. They are not marked as
 * cancelled but deleted: a job of the same key must come into being again should they come back.
 *
 * @returns how many.
 */
export async function removeJobsOf(
  boss: PgBoss,
  db: Db,
  installationIds: readonly number[],
): Promise<number> {
  if (installationIds.length === 0) return 0;
  const { rows } = await sql<{ name: JobName; id: string }>`
    select name, id from pgboss.job
    where state in ('created', 'retry') and name in (${sql.join(Object.keys(JOB_POLICIES))})
      and (data->>'installationId')::bigint in (${sql.join(installationIds)})
    limit ${JOBS_MAX}
  `.execute(db);
  for (const [name, jobs] of Map.groupBy(rows, (row) => row.name)) {
    for (const chunk of inChunks(jobs, IDS_PER_STATEMENT_MAX)) {
      await boss.deleteJob(
        name,
        chunk.map((job) => job.id),
      );
    }
  }
  return rows.length;
}
