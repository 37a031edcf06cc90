/** Stores a delivery and its jobs in one transaction, then lets the workers know. */
import { recordDelivery } from "../db/deliveries.ts";
import { findRange } from "../db/ranges.ts";
import type { Db, DbTransaction } from "../db/schema.ts";
import { asDeliveryId } from "../model/ids.ts";
import type { JobData, JobName, JobPriority } from "../queue/jobs.ts";
import type { Queue } from "../queue/open.ts";

export interface Delivery {
  readonly id: string;
  readonly event: string;
}

/** A job that an event asks for. */
export type Job = {
  readonly [Name in JobName]: {
    readonly name: Name;
    readonly data: JobData[Name];
    readonly priority?: JobPriority;
  };
}[JobName];

export interface Intake {
  /**
   * Runs `store` and enqueues the jobs it returns, once per delivery id. A redelivery does
   * nothing, unless its jobs failed for good: then they are queued again.
   *
   * @returns which of the two it was.
   * @throws whatever the database throws: the sender must learn that nothing was stored.
   */
  take(
    delivery: Delivery,
    store: (trx: DbTransaction) => Promise<readonly Job[]>,
  ): Promise<"stored" | "repeated">;
}

const JOBS_PER_DELIVERY_MAX = 100;

export function createIntake(db: Db, queue: Queue, now: () => Date): Intake {
  return {
    async take(delivery, store) {
      const id = asDeliveryId(delivery.id);
      const jobs = await db.transaction().execute(async (trx) => {
        const isNew = await recordDelivery(trx, { id, event: delivery.event, receivedAt: now() });
        if (!isNew) return undefined;
        const wanted = (await store(trx)).slice(0, JOBS_PER_DELIVERY_MAX);
        for (const [index, job] of wanted.entries()) {
          const { priority = "normal" } = job;
          await queue.enqueue(trx, job.name, job.data, { key: `${id} ${index}`, priority });
        }
        return wanted;
      });
      if (jobs === undefined) {
        await reviveJobs(db, queue, id);
        return "repeated";
      }
      for (const name of new Set(jobs.map((job) => job.name))) queue.wake(name);
      return "stored";
    },
  };
}

/** Jobs of a delivery are numbered from 0; the first number without a job is behind the last. */
async function reviveJobs(db: Db, queue: Queue, id: string): Promise<void> {
  for (let index = 0; index < JOBS_PER_DELIVERY_MAX; index += 1) {
    const data = await queue.revive(`${id} ${index}`);
    if (data === undefined) return;
    if ("rangeId" in data) await reviveReport(db, queue, data.rangeId);
  }
}

/** A scan may have gone well, and what it found never been shown. */
async function reviveReport(db: Db, queue: Queue, rangeId: number): Promise<void> {
  const range = await findRange(db, rangeId);
  if (range === undefined) return;
  await queue.reviveAll("report-head", { repositoryId: range.repository_id, head: range.head });
}
