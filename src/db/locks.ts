/**
 * Leases by name: at most one worker does a thing at a time, across all instances.
 *
 * Advisory locks would do on PostgreSQL, but the embedded database has a single session that all
 * workers share, and a session never waits for itself. A lease that its holder cannot renew (it
 * was killed) ends by itself.
 */
import { randomUUID } from "node:crypto";
import { sleep } from "../lib/sleep.ts";
import type { Db } from "./schema.ts";

const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
const RETRY_MS = 25;
const WAIT_MS_MAX = 120_000;

/** The lock stayed with somebody else for longer than anyone should hold one. */
class LockTimeoutError extends Error {
  override readonly name = "LockTimeoutError";
}

/**
 * Runs `work` while holding the lease called `name`, renewing it as long as the work goes on.
 *
 * @throws LockTimeoutError when the lease cannot be had within two minutes.
 */
export async function withLock<Result>(
  db: Db,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const holder = randomUUID();
  await acquire(db, name, holder);
  const renewal = setInterval(() => void renew(db, name, holder), RENEW_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await db.deleteFrom("locks").where("name", "=", name).where("holder", "=", holder).execute();
  }
}

/** Frees every lease. Only right where no other process can hold one: the embedded database. */
export async function dropLocks(db: Db): Promise<void> {
  await db.deleteFrom("locks").execute();
}

async function acquire(db: Db, name: string, holder: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (Date.now() < deadline) {
    const now = new Date();
    const until = new Date(now.getTime() + LEASE_MS);
    const taken = await db
      .insertInto("locks")
      .values({ name, holder, until })
      .onConflict((conflict) =>
        conflict.column("name").doUpdateSet({ holder, until }).where("locks.until", "<", now),
      )
      .returning("holder")
      .executeTakeFirst();
    if (taken?.holder === holder) return;
    await sleep(RETRY_MS);
  }
  throw new LockTimeoutError(`the lock ${name} was not free within ${WAIT_MS_MAX / 1000} seconds`);
}

async function renew(db: Db, name: string, holder: string): Promise<void> {
  try {
    await db
      .updateTable("locks")
      .set({ until: new Date(Date.now() + LEASE_MS) })
      .where("name", "=", name)
      .where("holder", "=", holder)
      .execute();
  } catch {
    // A renewal that fails is tried again by the next one, long before the lease ends.
  }
}
