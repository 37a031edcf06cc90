/** Our words over pg-boss: start it on the same database, enqueue inside a transaction, work. */
import { sql } from "kysely";
import { fromKysely, fromPglite, PgBoss } from "pg-boss";
import type { Database } from "../db/open.ts";
import type { DbTransaction } from "../db/schema.ts";
import { uuidOf } from "../lib/uuid.ts";
import {
  HEARTBEAT_SECONDS,
  JOB_POLICIES,
  JOB_PRIORITIES,
  type JobData,
  type JobName,
  type JobPriority,
  KEEP_SECONDS,
} from "./jobs.ts";
import { removeJobsOf } from "./remove-jobs.ts";
import { type Handler, startWorkers, type Workers } from "./workers.ts";

export interface Queue {
  /** Stores a job in the caller's transaction. Call `wake` after the commit. */
  enqueue<Name extends JobName>(
    trx: DbTransaction,
    name: Name,
    data: JobData[Name],
    options?: EnqueueOptions,
  ): Promise<void>;
  /**
   * Queues the job of this key again if it failed for good. @returns what it carries; undefined
   * when there is no such job.
   */
  revive(key: string): Promise<JobData[JobName] | undefined>;
  /** Queues every job of a kind again that carries this data and failed for good. */
  reviveAll<Name extends JobName>(name: Name, data: Partial<JobData[Name]>): Promise<void>;
  /** Deletes the waiting jobs of these installations. @returns how many. */
  removeOf(installationIds: readonly number[]): Promise<number>;
  /** Tells this process's workers of a kind that there is something to do. */
  wake(name: JobName): void;
  /** Starts the workers of one kind. */
  work<Name extends JobName>(name: Name, handler: Handler<Name>): Promise<void>;
  /** Has a job sent on a schedule, by one instance of all. @param cron five fields, in UTC. */
  schedule<Name extends JobName>(name: Name, cron: string, data: JobData[Name]): Promise<void>;
  /** Resolves when no job is waiting or running. For tests and for a clean end. */
  idle(): Promise<void>;
  /** Lets running jobs end, hands back those that do not in time, and closes. */
  stop(): Promise<void>;
}

/** Most jobs end within this time of a stop; those that go on are told to, and handed back. */
const GRACE_MS = 2_000;

export interface EnqueueOptions {
  /** Jobs with the same key are one job, as long as the first one is remembered. */
  readonly key?: string;
  /** Among jobs of this kind; `normal` where it is not given. */
  readonly priority?: JobPriority;
}

export interface QueueOptions {
  readonly onError: (error: unknown) => void;
  /** Hears of each job that waits for one of GitHub's limits to pass. */
  readonly onPostponed: (name: JobName) => void;
  readonly stopTimeoutMs: number;
}

const SCHEMA = "pgboss";

export async function openQueue(database: Database, options: QueueOptions): Promise<Queue> {
  const boss = createBoss(database);
  boss.on("error", options.onError);
  await boss.start();
  for (const name of Object.keys(JOB_POLICIES) as JobName[]) await createQueue(boss, name);
  if (database.pglite !== undefined) await handBackOrphans(database);
  const watch = watchSilentJobs(database, options);
  const workers = new Map<JobName, Workers>();
  const stopping = new AbortController();
  return {
    async enqueue(trx, name, data, { key, priority = "normal" } = {}) {
      await boss.send(name, data, {
        priority: JOB_PRIORITIES[priority],
        ...(key !== undefined && { id: uuidOf(`${name} ${key}`) }),
        ...("installationId" in data && { group: { id: String(data.installationId) } }),
        db: fromKysely(trx),
      });
    },
    async revive(key) {
      for (const name of Object.keys(JOB_POLICIES) as JobName[]) {
        const id = uuidOf(`${name} ${key}`);
        const [job] = await boss.findJobs<JobData[JobName]>(name, { id });
        if (job === undefined) continue;
        await retryFailed(boss, name, [job]);
        workers.get(name)?.wake();
        return job.data;
      }
      return undefined;
    },
    async reviveAll(name, data) {
      await retryFailed(boss, name, await boss.findJobs(name, { data }));
      workers.get(name)?.wake();
    },
    removeOf: (installationIds) => removeJobsOf(boss, database.db, installationIds),
    wake(name) {
      workers.get(name)?.wake();
    },
    async work(name, handler) {
      const handBack = (id: string) => handBackJob(database, id);
      const { onPostponed } = options;
      const setup = { boss, stopping: stopping.signal, handBack, onPostponed };
      workers.set(name, await startWorkers(setup, name, handler));
    },
    async schedule(name, cron, data) {
      await boss.schedule(name, cron, data);
    },
    idle: () => waitUntilIdle(database, workers),
    async stop() {
      clearInterval(watch);
      const grace = setTimeout(() => stopping.abort(), GRACE_MS);
      await boss.stop({ graceful: true, timeout: options.stopTimeoutMs });
      clearTimeout(grace);
    },
  };
}

function createBoss(database: Database): PgBoss {
  const common = { schema: SCHEMA, monitorVacuum: false, registerInstance: false };
  if (database.pglite !== undefined) {
    return new PgBoss({ ...common, db: fromPglite(database.pglite), backend: "pglite" });
  }
  return new PgBoss({ ...common, connectionString: database.databaseUrl ?? "", max: 5 });
}

async function createQueue(boss: PgBoss, name: JobName): Promise<void> {
  const policy = JOB_POLICIES[name];
  const options = {
    retryLimit: policy.retriesMax,
    retryDelay: policy.retryDelaySeconds,
    retryBackoff: true,
    retryDelayMax: policy.retryDelaySecondsMax,
    expireInSeconds: policy.expireSeconds,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    deleteAfterSeconds: KEEP_SECONDS,
  };
  await boss.createQueue(name, options);
  // A queue that was there before keeps its old numbers unless it is told the new ones.
  await boss.updateQueue(name, options);
}

async function retryFailed(
  boss: PgBoss,
  name: JobName,
  jobs: readonly { readonly id: string; readonly state: string }[],
): Promise<void> {
  const failed = jobs.filter((job) => job.state === "failed").map((job) => job.id);
  if (failed.length > 0) await boss.retry(name, failed);
}

/** Another process may take it at once; without a start time the next one is no further attempt. */
async function handBackJob(database: Database, id: string): Promise<void> {
  await sql`
    update pgboss.job set state = 'created', started_on = null, heartbeat_on = null
    where id = ${id} and state = 'active'
  `.execute(database.db);
}

/**
 * Jobs that a killed process was working on start again at once. Only one process can have the
 * embedded database, so a job that is active while it starts belongs to nobody. On PostgreSQL
 * the missing heartbeat tells instead.
 */
async function handBackOrphans(database: Database): Promise<void> {
  await sql`
    update pgboss.job set state = 'retry', start_after = now()
    where state = 'active' and name in (${sql.join(Object.keys(JOB_POLICIES))})
  `.execute(database.db);
}

const SILENT_POLL_MS = 5_000;

/**
 * Hands on jobs as soon as their heartbeats stay out: of an instance that was killed, or jobs whose
 * end could not be stored. The queue itself looks once in a minute or two; until then they would
 * take up all that the installation may have running, and no check of it would go on. Jobs without
 * a further attempt are left to the queue.
 */
function watchSilentJobs(database: Database, { onError }: QueueOptions): NodeJS.Timeout {
  const handOn = (): Promise<unknown> =>
    sql`
      update pgboss.job set state = 'retry', start_after = now()
      where state = 'active' and name in (${sql.join(Object.keys(JOB_POLICIES))})
        and retry_count < retry_limit
        and heartbeat_on + heartbeat_seconds * interval '1 second' < now()
    `.execute(database.db);
  // Without a database there is nothing to hand on: the next look comes soon.
  return setInterval(() => void handOn().catch(onError), SILENT_POLL_MS);
}

const IDLE_POLL_MS = 20;

async function waitUntilIdle(
  database: Database,
  workers: ReadonlyMap<JobName, Workers>,
): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ name: JobName; open: number }>`
      select name, count(*)::int as open from pgboss.job
      where state in ('created', 'retry', 'active')
        and name in (${sql.join(Object.keys(JOB_POLICIES))})
      group by name
    `.execute(database.db);
    if (rows.length === 0) return;
    for (const row of rows) workers.get(row.name)?.wake();
    await new Promise((resolve) => setTimeout(resolve, IDLE_POLL_MS));
  }
}
