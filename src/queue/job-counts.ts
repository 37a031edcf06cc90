/** How many jobs there are that are not done, read from the queue's own table. */
import { sql } from "kysely";
import type { Db } from "../db/schema.ts";
import { JOB_POLICIES, type JobData, type JobName } from "./jobs.ts";

/** `dead`: it failed for good; it is kept for some days, and a redelivery queues it again. */
export type OpenJobState = "waiting" | "running" | "dead";

export interface JobCount {
  readonly queue: JobName;
  readonly state: OpenJobState;
  readonly count: number;
}

export interface RepositoryJobCount extends JobCount {
  readonly repositoryId: number;
}

const STATE = sql`case job.state when 'active' then 'running' when 'failed' then 'dead' else 'waiting' end`;

/** Of all instances together; empty where no service has ever started. */
export async function listJobCounts(db: Db): Promise<readonly JobCount[]> {
  if (!(await hasQueue(db))) return [];
  const { rows } = await sql<JobCount>`
    select name as queue, ${STATE} as state, count(*)::int as count
    from pgboss.job
    where ${isOpen()}
    group by 1, 2 order by 1, 2
  `.execute(db);
  return rows;
}

/** Those of the given repositories; jobs of a whole installation belong to none. */
export async function listRepositoryJobCounts(
  db: Db,
  repositoryIds: readonly number[],
): Promise<readonly RepositoryJobCount[]> {
  if (repositoryIds.length === 0 || !(await hasQueue(db))) return [];
  const repositoryId = sql`coalesce((job.data->>'repositoryId')::bigint, ranges.repository_id)`;
  const { rows } = await sql<RepositoryJobCount>`
    select ${repositoryId} as "repositoryId", name as queue,
      ${STATE} as state,
      count(*)::int as count
    from pgboss.job left join ranges on ranges.id = (job.data->>'rangeId')::bigint
    where ${isOpen()} and ${repositoryId} in (${sql.join(repositoryIds)})
    group by 1, 2, 3
  `.execute(db);
  return rows;
}

/** Those of the given ranges that no job will scan. */
export async function listRangesWithoutJob(
  db: Db,
  rangeIds: readonly number[],
): Promise<readonly number[]> {
  if (rangeIds.length === 0) return [];
  const { rows } = await sql<{ id: number }>`
    select (data->>'rangeId')::bigint as id from pgboss.job
    where name = 'scan-range' and state in ('created', 'retry', 'active')
      and (data->>'rangeId')::bigint in (${sql.join(rangeIds)})
  `.execute(db);
  const held = new Set(rows.map(({ id }) => id));
  return rangeIds.filter((id) => !held.has(id));
}

/** What jobs of a kind carry that wait for their next attempt, each once. */
export async function listWaitingJobs<Name extends JobName>(
  db: Db,
  name: Name,
): Promise<readonly JobData[Name][]> {
  const { rows } = await sql<{ data: JobData[Name] }>`
    select distinct data from pgboss.job where name = ${name} and state in ('created', 'retry')
  `.execute(db);
  return rows.map(({ data }) => data);
}

function isOpen() {
  return sql`job.state in ('created', 'retry', 'active', 'failed')
    and name in (${sql.join(Object.keys(JOB_POLICIES))})`;
}

async function hasQueue(db: Db): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select to_regclass('pgboss.job') is not null as found
  `.execute(db);
  return rows[0]?.found === true;
}
