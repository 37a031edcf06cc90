/** That a new release can take over from the one before while that goes on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listMigrations, migrate } from "../../src/db/migrate.ts";
import type { Db, Tables } from "../../src/db/schema.ts";
import { sleep } from "../../src/lib/sleep.ts";
import { settingsFor, startChild, waitUntilReady } from "../support/child-service.ts";
import { type GitHubUnderTest, startGitHub } from "../support/github-under-test.ts";
import { type PostgresUnderTest, startPostgres } from "../support/postgres.ts";
import { githubToken } from "../support/random-keys.ts";
import { listBroken, readSchemaShape } from "../support/schema-shape.ts";
import { waitFor } from "../support/wait-for.ts";

const PEPPER = "pepper".repeat(8);
const TIMEOUT_MS = 180_000;
const WRITE_EVERY_MS = 20;

let folder: string;
let postgres: PostgresUnderTest;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rekeeper-upgrade-"));
  postgres = await startPostgres();
});

afterAll(async () => {
  await Promise.all(opened.map((db) => db.destroy()));
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Closed at the end, also where a test failed. */
const opened: Db[] = [];

function open(databaseUrl: string): Db {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  opened.push(db);
  return db;
}

test("each migration leaves everything that the release before reads and writes", async () => {
  const db = open(await postgres.emptyDatabase());
  const [first = "", ...later] = listMigrations();
  await migrate(db, first);
  let shape = await readSchemaShape(db);
  for (const name of later) {
    await migrate(db, name);
    const next = await readSchemaShape(db);
    expect({ name, broken: listBroken(shape, next) }).toEqual({ name, broken: [] });
    shape = next;
  }
});

test.each([
  ["alter table refs drop column scanned_rules", "refs.scanned_rules is gone or of another type"],
  ["alter table refs alter column name type varchar(9)", "refs.name is gone or of another type"],
  ["alter table refs alter column scanned_at set not null", "refs.scanned_at has to be given"],
  [
    "alter table people add constraint named check (login <> '')",
    "a new constraint, people: CHECK ((login <> ''::text))",
  ],
])("that would not hold for: %s", async (change, complaint) => {
  const db = open(await postgres.emptyDatabase());
  await migrate(db);
  const before = await readSchemaShape(db);
  await sql.raw(change).execute(db);
  expect(listBroken(before, await readSchemaShape(db))).toContain(complaint);
});

test("a release starts on a database that a later one has migrated", async () => {
  const db = open(await postgres.emptyDatabase());
  await migrate(db);
  await sql`
    insert into kysely_migration (name, timestamp) values ('9999-later', now()::text)
  `.execute(db);
  await migrate(db);
});

test(
  "two new instances start while an old one writes: no write of it fails, none is lost",
  async () => {
    const databaseUrl = await postgres.emptyDatabase();
    const db = open(databaseUrl);
    await migrate(db, listMigrations().at(-2));
    const old = startOldWrites(db);
    await waitFor("the first writes", () => old.count() > 10);

    const doors: string[] = [];
    const github: GitHubUnderTest = await startGitHub({
      folder,
      log: { info: () => undefined, warn: () => undefined },
      idle: () => github.sandbox.idle(),
      webhookUrl: () => doors[0] ?? "",
    });
    const services = ["left", "right"].map((name) =>
      startChild(folder, {
        ...settingsFor(github, join(folder, name)),
        DATABASE_URL: databaseUrl,
        REKEEPER_PEPPER: PEPPER,
      }),
    );
    doors.push(...(await Promise.all(services.map(waitUntilReady))));
    const before = old.count();
    await waitFor("writes after the migration", () => old.count() > before + 10);
    github.sandbox.announceInstallation();
    const repo = await github.repository("new");
    const leak = repo.commit({ files: { "k.env": `T=${githubToken("upgrade")}\n` } });
    await repo.pushOnly("main");
    await waitFor("the check", () => repo.checks(leak)[0]?.conclusion === "failure", 60_000);

    expect(await old.stop()).toEqual([]);
    const { rows } = await sql<{ count: number }>`
      select count(*)::int from ranges where repository_id = 1
    `.execute(db);
    expect(rows[0]?.count).toBe(old.count());
    for (const service of services) {
      service.kill("SIGTERM");
      expect(await service.ended).toBe(0);
      expect(service.output()).not.toMatch(/"level":(?:50|60)/);
    }
    await github.stop();
  },
  TIMEOUT_MS,
);

/**
 * What every release since the first does for a push and what a scan shows, again and again, with
 * the columns that the first had.
 */
function startOldWrites(db: Db) {
  const failures: unknown[] = [];
  let count = 0;
  let isStopping = false;
  const write = async (): Promise<void> => {
    const head = String(count).padStart(40, "0");
    await db.transaction().execute(async (trx) => {
      await sql`
        insert into deliveries (id, event, received_at) values (${`old ${count}`}, 'push', now())
      `.execute(trx);
      await sql`
        insert into refs (repository_id, name, scanned_tip, scanned_rules, scanned_at)
        values (1, 'refs/heads/main', ${head}, 'rules', now())
        on conflict (repository_id, name) do update set scanned_tip = excluded.scanned_tip
      `.execute(trx);
      const { rows } = await sql<{ range: number; incident: number }>`
        with range as (
          insert into ranges
            (repository_id, head, source, source_id, base, pusher_id, state, rules_hash, updated_at)
          values (1, ${head}, 'push', 1, null, null, 'scanned', 'rules', now())
          returning id
        ), incident as (
          insert into incidents (account_id, repository_id, fingerprint, rule_id, masked, lane,
            severity, first_seen_at, last_seen_at)
          values (1, 1, ${`f${count}`}, 'toy', 'toy', 'provider', 'high', now(), now())
          returning id
        )
        select range.id as range, incident.id as incident from range, incident
      `.execute(trx);
      await sql`
        insert into range_findings (range_id, incident_id, is_introduced, is_in_head)
        values (${rows[0]?.range}, ${rows[0]?.incident}, true, true)
      `.execute(trx);
    });
    count += 1;
  };
  const loop = (async () => {
    while (!isStopping) {
      await write().catch((cause: unknown) => failures.push(cause));
      await sleep(WRITE_EVERY_MS);
    }
  })();
  return {
    count: () => count,
    async stop() {
      isStopping = true;
      await loop;
      return failures;
    },
  };
}
