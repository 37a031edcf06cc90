/** That a job whose worker is gone does not hold up the others for long. */
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../../../src/db/open.ts";
import { openQueue, type Queue } from "../../../src/queue/open.ts";
import { type PostgresUnderTest, startPostgres } from "../../support/postgres.ts";
import { waitFor } from "../../support/wait-for.ts";

let postgres: PostgresUnderTest;
let database: Database;
let queue: Queue;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(async () => {
  await queue.stop();
  await database.close();
  await postgres.stop();
});

test("a job whose heartbeats stay out is done by somebody else within seconds", async () => {
  const databaseUrl = await postgres.emptyDatabase();
  database = await openDatabase({ databaseUrl, dataDir: "unused" });
  const { db } = database;
  const errors: unknown[] = [];
  queue = await openQueue(database, {
    onError: (error) => errors.push(error),
    onPostponed: () => undefined,
    stopTimeoutMs: 1_000,
  });
  await db.transaction().execute((trx) => queue.enqueue(trx, "recover", {}));
  // As an instance leaves it that was killed in the middle of it a minute ago.
  await sql`
    update pgboss.job set state = 'active', started_on = now() - interval '80 seconds',
      heartbeat_on = now() - interval '60 seconds'
    where name = 'recover'
  `.execute(db);
  const attempts: number[] = [];
  await queue.work("recover", async (_data, { attempt }) => {
    attempts.push(attempt);
  });
  await waitFor("the job", () => attempts.length > 0, 15_000);
  await queue.idle();
  expect(attempts).toEqual([2]);
  expect(errors).toEqual([]);
});
