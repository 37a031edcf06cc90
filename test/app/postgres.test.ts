/** The service on PostgreSQL: alone, and two of them on one database. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../src/db/open.ts";
import { startApp } from "../support/app-under-test.ts";
import {
  type ChildService,
  settingsFor,
  startChild,
  waitUntilReady,
} from "../support/child-service.ts";
import { type GitHubUnderTest, startGitHub } from "../support/github-under-test.ts";
import { type PostgresUnderTest, startPostgres } from "../support/postgres.ts";
import { appPrivateKey, awsPair, githubToken } from "../support/random-keys.ts";
import { waitFor } from "../support/wait-for.ts";

const PEPPER = "pepper".repeat(8);
/** Programs that start and stop on a machine that does other things as well. */
const TIMEOUT_MS = 90_000;
const SILENT = { info: () => undefined, warn: () => undefined };

let folder: string;
let postgres: PostgresUnderTest;
const children: ChildService[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rekeeper-two-"));
  postgres = await startPostgres();
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map(({ ended }) => ended));
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(environment: Readonly<Record<string, string>>): ChildService {
  const child = startChild(folder, { ...environment, REKEEPER_PEPPER: PEPPER });
  children.push(child);
  return child;
}

test(
  "a pushed key gets its check and its issue, and a restart finds them again",
  async () => {
    const app = await startApp({ databaseUrl: await postgres.emptyDatabase() });
    const repo = await app.repository("alone");
    repo.commit({ files: { "README.md": "# alone\n" } });
    await repo.push("main");
    const leak = repo.commit({ files: { "config/aws.ini": `[default]\n${awsPair("alone").ini}` } });
    await repo.push("main");
    expect(repo.check(leak).annotations).toMatchObject([{ path: "config/aws.ini", startLine: 3 }]);
    expect(repo.issues()).toHaveLength(1);

    await app.stopService();
    await app.startService();
    const clean = repo.commit({ files: { "README.md": "# still here\n" } });
    await repo.push("main");
    expect(repo.check(clean).conclusion).toBe("success");
    expect(repo.check(leak).conclusion).toBe("failure");
    expect(repo.issues()).toHaveLength(1);
    await app.stop();
  },
  TIMEOUT_MS,
);

test("a connection that breaks between two statements fails its work, and nothing else", async () => {
  const databaseUrl = await postgres.emptyDatabase();
  const { db, close } = await openDatabase({ databaseUrl, dataDir: folder });
  const work = db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    // Ended by another, as by a server that goes down while this one thinks.
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(db);
    await sleep(100);
    await sql`select 1`.execute(trx);
  });
  await expect(work).rejects.toThrow(/connection|terminat/i);
  await sql`select 1`.execute(db);
  await close();
});

test(
  "a delivery that waits too long for the database is refused, and taken when it comes again",
  async () => {
    const databaseUrl = await postgres.emptyDatabase();
    const app = await startApp({ databaseUrl });
    const repo = await app.repository("slow");
    const head = repo.commit({ files: { "a.env": `T=${githubToken("slow")}\n` } });
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query("begin; lock table deliveries in access exclusive mode");
    await repo.pushOnly("main");
    await app.sandbox.idle();
    const push = app.sandbox.state.deliveries.findLast(({ event }) => event === "push");
    expect(push?.statusCode).toBe(500);
    await client.query("rollback");
    await client.end();
    app.sandbox.redeliver(push?.id ?? 0);
    await app.idle();
    expect(repo.check(head).conclusion).toBe("failure");
    await app.stop();
  },
  TIMEOUT_MS,
);

test(
  "two services that start at once on an empty database share the work and double none",
  async () => {
    const databaseUrl = await postgres.emptyDatabase();
    const doors: string[] = [];
    let turn = 0;
    const github: GitHubUnderTest = await startGitHub({
      folder,
      log: SILENT,
      idle: () => github.sandbox.idle(),
      webhookUrl: () => doors[turn++ % doors.length] ?? "",
    });
    const services = ["left", "right"].map((name) =>
      start({ ...settingsFor(github, join(folder, name)), DATABASE_URL: databaseUrl }),
    );
    doors.push(...(await Promise.all(services.map(waitUntilReady))));
    github.sandbox.announceInstallation();
    await github.sandbox.idle();
    await waitUntilIdle(databaseUrl);

    const names = ["north", "east", "south", "west"];
    const repos = await Promise.all(names.map((name) => github.repository(name)));
    const branches = ["one", "two", "three", "four"];
    const headsOf = new Map(
      repos.map((repo) => [
        repo,
        branches.map((branch) => {
          const key = githubToken(`${repo.name} ${branch}`);
          return repo.commit({ branch, files: { [`${branch}.env`]: `T=${key}\n` } });
        }),
      ]),
    );
    // The same head on a second branch has both services come to write one check and one issue.
    await Promise.all(repos.map((repo) => repo.push(...branches, "four:again")));
    await waitUntilIdle(databaseUrl);

    const pushes = github.sandbox.state.deliveries.filter(({ event }) => event === "push");
    expect(pushes.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => "OK"));
    for (const [repo, heads] of headsOf) {
      for (const head of heads) expect(repo.check(head).conclusion).toBe("failure");
      expect(new Set(repo.issues().map(({ title }) => title)).size).toBe(branches.length);
      expect(repo.issues()).toHaveLength(branches.length);
    }
    for (const service of services) {
      service.kill("SIGTERM");
      expect(await service.ended).toBe(0);
      expect(service.output()).not.toMatch(/"level":(?:50|60)/);
    }
    await github.stop();
  },
  TIMEOUT_MS,
);

test.each([
  ["that nobody answers at", "postgres://rekeeper@127.0.0.1:9/none", "ECONNREFUSED"],
  ["whose database does not exist", undefined, "3D000"],
])("an address %s is refused in one sentence", async (_name, address, code) => {
  const known = await postgres.emptyDatabase();
  const child = start({
    APP_ID: "1",
    PRIVATE_KEY: appPrivateKey(),
    WEBHOOK_SECRET: "x".repeat(32),
    PORT: "0",
    REKEEPER_DATA_DIR: join(folder, code),
    DATABASE_URL: address ?? known.replace(/\/test_\d+/, "/unknown"),
  });
  expect(await child.ended).toBe(2);
  expect(child.output()).toBe(
    `Rekeeper did not start.\nDATABASE_URL: PostgreSQL does not answer (${code}); check address, user, password and that it runs.\n`,
  );
});

async function waitUntilIdle(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await waitFor(
    "the end of all jobs",
    async () => {
      const { rows } = await client.query<{ open: number }>(
        "select count(*)::int as open from pgboss.job where state < 'completed' and name not like '%pgboss%'",
      );
      return rows[0]?.open === 0;
    },
    60_000,
  );
  await client.end();
}
