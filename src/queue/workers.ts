/** The workers of one kind of job: woken when there is something to do, told apart by failure. */
import type { JobWithMetadata, PgBoss, WorkOptions } from "pg-boss";
import { JOB_POLICIES, type JobData, type JobName } from "./jobs.ts";

export interface JobContext {
  /** Counts from 1. */
  readonly attempt: number;
  /**
   * True when a failure now is for good: what can be shown of it has to be shown now. Never while
   * the process stops: the attempt does not count then.
   */
  readonly isLastAttempt: boolean;
  /** Aborts when the process stops or the job took too long. */
  readonly signal: AbortSignal;
}

export type Handler<Name extends JobName> = (
  data: JobData[Name],
  context: JobContext,
) => Promise<void>;

export interface Workers {
  wake(): void;
}

/** A failure that knows when it is worth trying again, such as one of GitHub's limits. */
interface Waiting {
  readonly retryAfterMs?: number | undefined;
}

/** Polling finds what other instances enqueued; this instance's own jobs wake a worker at once. */
const POLL_SECONDS = 2;

export interface WorkersOptions {
  readonly boss: PgBoss;
  /** Aborts when this process has no more time for its jobs. */
  readonly stopping: AbortSignal;
  /** Makes a job ready again, as if it had not been tried. */
  readonly handBack: (id: string) => Promise<void>;
  /** Hears of each job that waits for one of GitHub's limits to pass. */
  readonly onPostponed: (name: JobName) => void;
}

export async function startWorkers<Name extends JobName>(
  options: WorkersOptions,
  name: Name,
  handler: Handler<Name>,
): Promise<Workers> {
  const { boss, stopping } = options;
  const policy = JOB_POLICIES[name];
  const idle = new Set<string>();
  for (let count = 0; count < policy.concurrency; count += 1) {
    const worker = { id: "" };
    worker.id = await boss.work<JobData[Name], void, WorkOptions & { includeMetadata: true }>(
      name,
      {
        pollingIntervalSeconds: POLL_SECONDS,
        includeMetadata: true,
        groupConcurrency: policy.perInstallationMax,
      },
      async ([job]: JobWithMetadata<JobData[Name]>[]) => {
        if (job === undefined) return;
        idle.delete(worker.id);
        try {
          await handler(job.data, contextOf(job, stopping));
        } catch (cause) {
          await settle(options, name, job, cause);
        } finally {
          idle.add(worker.id);
          // The next job may have come while this one kept its worker busy.
          boss.notifyWorker(worker.id);
        }
      },
    );
    idle.add(worker.id);
  }
  return {
    wake() {
      for (const id of idle) boss.notifyWorker(id);
    },
  };
}

function contextOf(
  job: {
    readonly retryCount: number;
    readonly retryLimit: number;
    readonly signal: AbortSignal;
  },
  stopping: AbortSignal,
): JobContext {
  return {
    attempt: job.retryCount + 1,
    signal: AbortSignal.any([job.signal, stopping]),
    get isLastAttempt() {
      return job.retryCount >= job.retryLimit && !stopping.aborted;
    },
  };
}

/** What becomes of a job that threw. @throws what the queue counts as a failed attempt. */
async function settle(
  { boss, stopping, handBack, onPostponed }: WorkersOptions,
  name: JobName,
  job: JobWithMetadata,
  cause: unknown,
): Promise<void> {
  if (stopping.aborted) return await handBack(job.id);
  if (!(await postpone(boss, name, job, cause))) throw reduced(cause);
  onPostponed(name);
}

/** A job that has waited for limits for so long has its attempts counted again. */
const WAITING_MS_MAX = 24 * 3_600_000;

/**
 * Fails this attempt and sets the time of the next one. A limit says nothing against the job, so
 * it costs none of its attempts. @returns false when the failure names no time, so that the
 * queue's own back-off applies.
 */
async function postpone(
  boss: PgBoss,
  name: JobName,
  job: Pick<JobWithMetadata, "id" | "retryCount" | "retryLimit" | "createdOn">,
  cause: unknown,
): Promise<boolean> {
  const { retryAfterMs } = (cause ?? {}) as Waiting;
  if (retryAfterMs === undefined || job.retryCount >= job.retryLimit) return false;
  const isYoung = Date.now() - job.createdOn.getTime() < WAITING_MS_MAX;
  await boss.fail(name, { id: job.id, retryCount: job.retryCount }, { message: messageOf(cause) });
  await boss.update(name, undefined, {
    id: job.id,
    startAfter: Math.ceil(retryAfterMs / 1_000),
    retryLimit: job.retryLimit + (isYoung ? 1 : 0),
  });
  return true;
}

/** What the queue stores of an error: its name, its message, and where; never what it carries. */
function reduced(cause: unknown): Error {
  const error = new Error(messageOf(cause));
  if (cause instanceof Error && cause.stack !== undefined) error.stack = cause.stack;
  return error;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : "an unknown failure";
}
