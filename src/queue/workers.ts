/** The workers of one kind of job: woken when there is something to do, told apart by failure. */
import type { JobWithMetadata, PgBoss, WorkOptions } from "pg-boss";
import { JOB_POLICIES, type JobData, type JobName } from "./jobs.ts";

export interface JobContext {
  /** Counts from 1. */
  readonly attempt: number;
  /** True when a failure now is for good: what can be shown of it has to be shown now. */
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

export async function startWorkers<Name extends JobName>(
  boss: PgBoss,
  name: Name,
  handler: Handler<Name>,
): Promise<Workers> {
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
          const context = {
            attempt: job.retryCount + 1,
            isLastAttempt: job.retryCount >= job.retryLimit,
            signal: job.signal,
          };
          await handler(job.data, context);
        } catch (cause) {
          if (!(await postpone(boss, name, job, cause))) throw reduced(cause);
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

/**
 * Fails this attempt and sets the time of the next one. @returns false when the failure names no
 * time, so that the queue's own back-off applies.
 */
async function postpone(
  boss: PgBoss,
  name: JobName,
  job: { readonly id: string; readonly retryCount: number; readonly retryLimit: number },
  cause: unknown,
): Promise<boolean> {
  const { retryAfterMs } = (cause ?? {}) as Waiting;
  if (retryAfterMs === undefined || job.retryCount >= job.retryLimit) return false;
  await boss.fail(name, { id: job.id, retryCount: job.retryCount }, { message: messageOf(cause) });
  await boss.update(name, undefined, { id: job.id, startAfter: Math.ceil(retryAfterMs / 1_000) });
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
