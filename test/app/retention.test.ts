/** What is kept no longer is deleted, and those who leave take nothing of others with them. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RETENTION_DAYS } from "../../src/config/retention.ts";
import type { Db } from "../../src/db/schema.ts";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import { githubToken } from "../support/random-keys.ts";

let app: AppUnderTest;
let db: Db;

beforeAll(async () => {
  app = await startApp();
  db = app.service().db;
});

afterAll(async () => {
  await app.stop();
});

describe("a clean-up", () => {
  test("deletes deliveries of more than 30 days, and a redelivery still does nothing twice", async () => {
    const repo = await app.repository("old-deliveries");
    repo.commit({ files: { a: "1\n" } });
    await repo.push("main");
    const ids = await listIds("deliveries");
    const { delivery: old } = await insertDelivery("an-old-one", RETENTION_DAYS.deliveries + 1);
    const { delivery: young } = await insertDelivery("a-young-one", RETENTION_DAYS.deliveries - 1);
    await cleanUp();
    const left = await listIds("deliveries");
    expect(left).not.toContain(old);
    expect(left).toEqual([...ids, young].toSorted());
  });

  test("deletes ranges of more than 400 days, unless a key of theirs is not settled", async () => {
    const repo = await app.repository("old-ranges");
    const clean = repo.commit({ files: { a: "1\n" } });
    await repo.push("main");
    const open = repo.commit({ files: { "a.env": `T=${githubToken("retention open")}\n` } });
    await repo.push("main");
    const settled = repo.commit({ files: { "b.env": `T=${githubToken("retention settled")}\n` } });
    await repo.push("main");
    await sql`
      update incidents set state = 'false-positive' where id in (
        select incident_id from range_findings join ranges on ranges.id = range_id
        where head = ${settled} and is_introduced
      )
    `.execute(db);
    await sql`
      delete from range_findings where range_id in (select id from ranges where head = ${settled})
        and not is_introduced
    `.execute(db);
    const age = sql`now() - interval '1 day' * ${RETENTION_DAYS.ranges + 1}`;
    await sql`update ranges set updated_at = ${age}`.execute(db);
    await cleanUp();
    const { rows } = await sql<{ head: string }>`
      select distinct head from ranges where head in (${clean}, ${open}, ${settled})
    `.execute(db);
    expect(rows).toEqual([{ head: open }]);
  });
});

test("what other rules found is forgotten once the history was read with today's", async () => {
  const repo = await app.repository("old-rules");
  repo.commit({ files: { "a.env": `T=${githubToken("old rules")}\n` } });
  await repo.push("main");
  const hits = await countRows("blob_hits");
  await sql`
    insert into blob_hits (repository_id, blob, rules_hash, rule_id, fingerprint, masked,
      line, column_start, line_end, column_end)
    select repository_id, blob, 'of-old-rules', rule_id, fingerprint, masked,
      line, column_start, line_end, column_end from blob_hits
  `.execute(db);
  await sql`update repositories set history_rules = null`.execute(db);
  await cleanUp();
  expect(await countRows("blob_hits")).toBe(2 * hits);
  await sql`
    update repositories set history_rules = (
      select rules_hash from blob_hits where rules_hash <> 'of-old-rules' limit 1
    )
  `.execute(db);
  await cleanUp();
  expect(await countRows("blob_hits")).toBe(hits);
});

test("a repository of an account that suspended the App is forgotten after a year", async () => {
  await db
    .insertInto("installations")
    .values({
      id: 78,
      account_id: 78,
      account_login: "away",
      state: "suspended",
      updated_at: new Date(),
    })
    .execute();
  await insertRepository(780, 78);
  await cleanUp();
  expect(await listIds("repositories")).toContain("780");
  const age = sql`now() - interval '1 day' * ${RETENTION_DAYS.suspendedInstallations + 1}`;
  await sql`update installations set updated_at = ${age} where id = 78`.execute(db);
  await cleanUp();
  expect(await listIds("repositories")).not.toContain("780");
  expect(await listIds("installations")).toContain("78");
  await sql`delete from installations where id = 78`.execute(db);
});

describe("an account that suspends the App", () => {
  test("has its jobs taken out of the queue, and none of its pushes lost when it comes back", async () => {
    const repo = await app.repository("suspended");
    repo.commit({ files: { a: "1\n" } });
    await repo.push("main");
    app.intercept = (request, response) => {
      if (!request.url?.includes("git-upload-pack")) return false;
      response.writeHead(500).end();
      return true;
    };
    const head = repo.commit({ files: { "a.env": `T=${githubToken("suspended")}\n` } });
    await repo.pushOnly("main");
    await app.sandbox.idle();
    app.sandbox.people.suspendApp();
    await app.idle();
    app.intercept = () => false;
    expect(await countWaitingRanges(head)).toBe(1);

    app.sandbox.people.unsuspendApp();
    await app.idle();
    await sql`update ranges set updated_at = now() - interval '1 hour' where state = 'waiting'`.execute(
      db,
    );
    await app.run("recover", {});
    expect(await countWaitingRanges(head)).toBe(0);
    expect(repo.check(head).conclusion).toBe("failure");
  });
});

describe("an account that deletes the App", () => {
  const caches = (): string[] =>
    readdirSync(join(app.dataDir, "git")).filter((name) => name.endsWith(".git"));

  test("keeps its data for 30 days, and then nothing of it is left", async () => {
    await db
      .insertInto("installations")
      .values({
        id: 77,
        account_id: 77,
        account_login: "other",
        state: "active",
        updated_at: new Date(),
      })
      .execute();
    await insertRepository(770, 77);
    app.sandbox.people.uninstallApp();
    await app.idle();
    await cleanUp();
    expect(caches()).not.toEqual([]);
    expect(await countRows("incidents")).toBeGreaterThan(0);

    const age = sql`now() - interval '1 day' * ${RETENTION_DAYS.deletedInstallations + 1}`;
    await sql`update installations set updated_at = ${age} where state = 'deleted'`.execute(db);
    await cleanUp();
    expect(caches()).toEqual([]);
    expect(existsSync(join(app.dataDir, "database"))).toBe(true);
    for (const table of [
      "incidents",
      "occurrences",
      "ranges",
      "range_findings",
      "refs",
      "blob_hits",
      "intents",
      "pulls",
      "people",
      "spending",
    ]) {
      expect([table, await countRows(table)]).toEqual([table, 0]);
    }
    expect(await listIds("installations")).toEqual(["77"]);
    expect(await listIds("repositories")).toEqual(["770"]);
  });
});

async function cleanUp(): Promise<void> {
  await app.run("clean-up", {});
}

async function insertDelivery(id: string, ageDays: number): Promise<{ readonly delivery: string }> {
  await sql`
    insert into deliveries (id, event, received_at)
    values (${id}, 'push', now() - interval '1 day' * ${ageDays})
  `.execute(db);
  return { delivery: id };
}

async function insertRepository(id: number, installationId: number): Promise<void> {
  await db
    .insertInto("repositories")
    .values({
      id,
      installation_id: installationId,
      account_id: installationId,
      owner: "other",
      name: "kept",
      default_branch: "main",
      is_private: true,
      updated_at: new Date(),
    })
    .execute();
}

async function listIds(table: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id::text as id from ${sql.table(table)}
  `.execute(db);
  return rows.map(({ id }) => id).toSorted();
}

async function countRows(table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ${sql.table(table)}
  `.execute(db);
  return rows[0]?.count ?? 0;
}

async function countWaitingRanges(head: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ranges where head = ${head} and state = 'waiting'
  `.execute(db);
  return rows[0]?.count ?? 0;
}
