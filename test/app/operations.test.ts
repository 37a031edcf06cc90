/** What an operator asks the service, and moves it by: state, doctor, backup, PostgreSQL. */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/db/open.ts";
import type { Db } from "../../src/db/schema.ts";
import { startServer } from "../../src/webhook/server.ts";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import { type PostgresUnderTest, startPostgres } from "../support/postgres.ts";
import { githubToken } from "../support/random-keys.ts";
import { readText } from "../support/repository-files.ts";
import { type Outcome, runRekeeper } from "../support/run-rekeeper.ts";

const TOKEN = githubToken("operations");

let app: AppUnderTest;
let postgres: PostgresUnderTest;
let folder: string;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rekeeper-operations-"));
  [app, postgres] = await Promise.all([startApp(), startPostgres()]);
  environment = {
    REKEEPER_DATA_DIR: app.dataDir,
    GHE_HOST: new URL(app.url).host,
    GHE_PROTOCOL: "http",
    APP_ID: String(app.sandbox.appId),
    PRIVATE_KEY: app.sandbox.privateKey,
    WEBHOOK_SECRET: app.sandbox.webhookSecret,
  };
  const repo = await app.repository("till");
  repo.commit({ files: { "deploy.sh": `export TOKEN=${TOKEN}\n` } });
  await repo.push("main");
});

afterAll(async () => {
  await Promise.all([app.stop(), postgres.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

describe("monitoring", () => {
  test("is told that the service is ready, and its numbers", async () => {
    expect(await get("/health")).toMatchObject({ status: 200, text: "ok\n" });
    expect(await get("/ready")).toMatchObject({ status: 200, text: "ready\n" });
    const { status, text } = await get("/metrics");
    expect(status).toBe(200);
    expect(text).toMatch(/^rekeeper_deliveries_total\{event="push",outcome="stored"\} 1$/m);
    expect(text).toMatch(/^rekeeper_findings_total\{lane="provider"\} [1-9]/m);
    expect(text).toMatch(/^rekeeper_github_requests_total\{status="2xx"\} [1-9]/m);
    expect(text).toMatch(/^rekeeper_scan_duration_seconds_count [1-9]/m);
    expect(text).not.toMatch(/till|acme|deploy/);
  });

  test("is told that a service which starts is alive and not ready", async () => {
    const server = await startServer(app.config);
    const statuses = await Promise.all(
      ["/health", "/ready", "/metrics"].map(
        async (path) => (await fetch(server.url + path)).status,
      ),
    );
    await server.close();
    expect(statuses).toEqual([200, 503, 503]);
  });
});

describe("rekeeper status", () => {
  test("shows each repository with what waits and what was left out", async () => {
    const { stdout, exitCode } = await run("status");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^REPOSITORY +SCANNED +HISTORY +WAITING +DEAD +GAPS$/m);
    expect(stdout).toMatch(/^acme\/till +\d{4}-\d\d-\d\d \d\d:\d\d +\w+ +0 +0 +0$/m);
    expect(stdout).toContain("0 jobs wait, 0 run, 0 failed for good.");
  });

  test("gives programs exactly the fields that docs/command-line.md names", async () => {
    const { stdout } = await run("status", "--format", "json");
    const { repositories, ...rest } = JSON.parse(stdout);
    const documented = documentedFields();
    expect(documented).toContain("jobs.dead");
    expect(flatten(repositories[0])).toEqual(documented);
    expect(rest).toMatchObject({
      version: 1,
      totals: { installations: 1, jobs: { waiting: 0, running: 0, dead: 0 } },
    });
  });

  test("puts first what failed for good", async () => {
    const { db } = app.service();
    const away = await killJob(db, "website");
    const { stdout } = await run("status");
    await away();
    expect(stdout).toMatch(/GAPS\nacme\/website .* 1 +0\n/);
  });
});

describe("rekeeper doctor", () => {
  test("finds nothing wrong but what is", async () => {
    const { stdout, exitCode } = await run("doctor");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("GitHub knows the App as rekeeper-sandbox");
    expect(stdout).toContain(`webhooks go to ${app.webhookUrl()}`);
    expect(stdout).toMatch(/^ok +git: git \d/m);
    expect(stdout).toMatch(/^ok +clock: this machine is \d+ seconds/m);
    expect(stdout).toMatch(/^ok +permissions of acme: /m);
    expect(stdout).toMatch(/^ok +database: it knows \d+ repositories/m);
    expect(stdout).toMatch(/^warning +merges of acme: no ruleset requires the check in \d/m);
    const ruleset = JSON.parse(/^\{\n[\s\S]*?^\}$/m.exec(stdout)?.[0] ?? "{}");
    expect(ruleset.rules[0].parameters.required_status_checks).toEqual([
      { context: "rekeeper", integration_id: app.sandbox.appId },
    ]);
  });

  test("names what is wrong, says what to do, and ends with exit code 1", async () => {
    chmodSync(app.dataDir, 0o755);
    const more = {
      APP_ID: "999",
      WEBHOOK_PATH: "/elsewhere",
      GHE_HOST: environment["GHE_HOST"] ?? "",
    };
    const outcome = await runRekeeper(["doctor", "--format", "json"], { ...environment, ...more });
    chmodSync(app.dataDir, 0o700);
    expect(outcome.exitCode).toBe(1);
    const { version, diagnoses } = JSON.parse(outcome.stdout);
    expect(version).toBe(1);
    const problems = diagnoses.filter((one: { level: string }) => one.level === "problem");
    expect(problems).toEqual([
      expect.objectContaining({ about: "data folder", advice: `Run: chmod 700 ${app.dataDir}` }),
      expect.objectContaining({
        about: "credentials",
        text: "GitHub refuses the App's credentials",
      }),
    ]);
  });

  test("sees a webhook that goes elsewhere", async () => {
    const outcome = await runRekeeper(["doctor"], { ...environment, WEBHOOK_PATH: "/elsewhere" });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout).toMatch(/^problem +webhook: .* its path is not \/elsewhere$/m);
  });
});

describe("rekeeper backup", () => {
  test("while the service runs gives a file that restores all of it elsewhere", async () => {
    const file = join(folder, "running.backup");
    const made = await run("backup", file);
    expect(made).toMatchObject({ exitCode: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const dataDir = join(folder, "restored");
    const restored = await runRekeeper(["restore", file], { REKEEPER_DATA_DIR: dataDir });
    expect(restored).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(dataDir, "pepper"), "utf8")).toBe(
      readFileSync(join(app.dataDir, "pepper"), "utf8"),
    );
    const leaks = await run("leaks");
    expect(leaks.stdout).toContain("acme/till");
    const again = await runRekeeper(["leaks"], { ...environment, REKEEPER_DATA_DIR: dataDir });
    expect(again).toEqual(leaks);
  });

  test("leaves nothing in the data folder, and overwrites no file", async () => {
    const file = join(folder, "taken");
    writeFileSync(file, "mine");
    const outcome = await run("backup", file);
    expect(outcome).toMatchObject({ exitCode: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/is there already: name a new file\.\n$/);
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect(readdirSync(app.dataDir).filter((name) => name.startsWith("backup"))).toEqual([]);
  });

  test("with the key's text nowhere in it", async () => {
    const bytes = readFileSync(join(folder, "running.backup"));
    expect(bytes.includes(TOKEN.slice(4, -4))).toBe(false);
  });

  test.each([
    ["cut off", (bytes: Buffer) => bytes.subarray(0, -100), /damaged or cut off/],
    ["changed", (bytes: Buffer) => changed(bytes), /damaged or cut off/],
    ["something else", () => Buffer.from("hello\n"), /is no backup/],
  ])("is refused when it is %s, and nothing is touched", async (_what, spoil, why) => {
    const file = join(folder, "spoilt");
    writeFileSync(file, spoil(readFileSync(join(folder, "running.backup"))));
    const dataDir = join(folder, "untouched");
    const outcome = await runRekeeper(["restore", file], { REKEEPER_DATA_DIR: dataDir });
    expect(outcome).toMatchObject({ exitCode: 1, stdout: "" });
    expect(outcome.stderr).toMatch(why);
    expect(existsSync(dataDir)).toBe(false);
  });

  test("is not restored over anything, nor with another pepper", async () => {
    const file = join(folder, "running.backup");
    const over = await runRekeeper(["restore", file], { REKEEPER_DATA_DIR: app.dataDir });
    expect(over.stderr).toMatch(/is not empty: move it away/);
    const other = await runRekeeper(["restore", file], {
      REKEEPER_DATA_DIR: join(folder, "other"),
      REKEEPER_PEPPER: "q".repeat(40),
    });
    expect(other.stderr).toMatch(/is not the pepper of this backup/);
  });
});

describe("rekeeper migrate", () => {
  let movedTo: string;

  test("refuses while the service runs", async () => {
    const outcome = await run("migrate", "--to", await postgres.emptyDatabase());
    expect(outcome).toMatchObject({ exitCode: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/uses this data folder: stop that process/);
  });

  test("moves every row and job to PostgreSQL, where everything goes on", async () => {
    const databaseUrl = await postgres.emptyDatabase();
    movedTo = databaseUrl;
    const repo = await app.repository("pending");
    const head = repo.commit({ files: { "a.env": `T=${githubToken("pending")}\n` } });
    await holdJobs(app.service().db);
    await repo.pushOnly("main");
    await app.sandbox.idle();
    await app.stopService();
    // Not from the running service: its schedule may add a job after the look.
    const source = await openDatabase({ dataDir: app.dataDir });
    const before = await readRows(source.db);
    await source.close();
    const moved = await run("migrate", "--to", databaseUrl);
    expect(moved).toMatchObject({ exitCode: 0 });
    const target = await openDatabase({ databaseUrl, dataDir: folder });
    const after = await readRows(target.db);
    expect(after.incidents).not.toEqual([]);
    expect(after).toEqual(before);
    await target.db.insertInto("refs").values(NEW_REF).execute();
    await target.db.deleteFrom("refs").where("name", "=", NEW_REF.name).execute();
    await releaseJobs(target.db);
    await target.close();

    const twice = await run("migrate", "--to", databaseUrl);
    expect(twice.stderr).toMatch(/has rows in public\.meta already: give an empty one/);
    const pepper = readFileSync(join(app.dataDir, "pepper"), "utf8").trim();
    await app.startService({ databaseUrl, pepper });
    await app.idle();
    expect(repo.check(head).conclusion).toBe("failure");
    expect(repo.issues()).toHaveLength(1);
  });

  test("after it a backup holds the pepper, and restore tells whether it fits", async () => {
    const pepper = readFileSync(join(app.dataDir, "pepper"), "utf8").trim();
    const moved = { ...environment, DATABASE_URL: movedTo, REKEEPER_PEPPER: pepper };
    const file = join(folder, "pepper.backup");
    const made = await runRekeeper(["backup", file], moved);
    expect(made).toMatchObject({ exitCode: 0 });
    expect(made.stdout).toContain("pg_dump --format=custom");
    expect(made.stdout).not.toContain(pepper);
    expect(await runRekeeper(["restore", file], moved)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("is that of this database"),
    });
    const without = await runRekeeper(["restore", file], environment);
    expect(without.stderr).toMatch(/belongs to a database in PostgreSQL/);
  });
});

const NEW_REF = {
  repository_id: 1,
  name: "refs/heads/new",
  scanned_tip: null,
  scanned_rules: null,
  scanned_at: null,
};

async function run(...args: string[]): Promise<Outcome> {
  return await runRekeeper(args, environment);
}

async function get(path: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(new URL(path, app.webhookUrl()));
  return { status: response.status, text: await response.text() };
}

function changed(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}

/** A job that failed for good. @returns what takes it away again. */
async function killJob(db: Db, name: string): Promise<() => Promise<void>> {
  const { id } = await db
    .selectFrom("repositories")
    .select("id")
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  const data = JSON.stringify({ installationId: 1, repositoryId: id });
  await sql`
    insert into pgboss.job (name, state, data) values ('report-backlog', 'failed', ${data}::jsonb)
  `.execute(db);
  return async () => {
    await sql`delete from pgboss.job where state = 'failed'`.execute(db);
  };
}

/** From now on new jobs wait for an hour. */
async function holdJobs(db: Db): Promise<void> {
  await sql`
    create function hold() returns trigger language plpgsql as
    'begin new.start_after = now() + interval ''1 hour''; return new; end'
  `.execute(db);
  await sql`
    create trigger hold before insert on pgboss.job_common for each row execute function hold()
  `.execute(db);
}

async function releaseJobs(db: Db): Promise<void> {
  await sql`update pgboss.job set start_after = now() where state = 'created'`.execute(db);
}

interface Rows {
  readonly incidents: readonly string[];
  readonly refs: readonly string[];
  readonly ranges: readonly string[];
  readonly jobs: readonly string[];
}

/** As text, to the last microsecond. */
async function readRows(db: Db): Promise<Rows> {
  const rowsOf = async (table: string): Promise<readonly string[]> => {
    const { rows } = await sql<{ line: string }>`
      select one::text as line from ${sql.table(table)} as one order by 1
    `.execute(db);
    return rows.map(({ line }) => line);
  };
  const { rows: jobs } = await sql<{ line: string }>`
    select concat_ws(' ', id, name, state, data, priority, start_after) as line from pgboss.job
    where state = 'created' and start_after > now() and name not like '\\_\\_%' order by 1
  `.execute(db);
  return {
    incidents: await rowsOf("incidents"),
    refs: await rowsOf("refs"),
    ranges: await rowsOf("ranges"),
    jobs: jobs.map(({ line }) => line),
  };
}

/** The fields of a repository in the order of their table in the documentation. */
function documentedFields(): string[] {
  const table = readText("docs/command-line.md").split("Each of `repositories`:")[1] ?? "";
  const rows = (table.split("\n## ")[0] ?? "").matchAll(/^\| `([\w.]+)` \|/gm);
  return [...rows].map(([, field = ""]) => field);
}

function flatten(object: object): string[] {
  return Object.entries(object).flatMap(([name, value]) =>
    typeof value === "object" && value !== null
      ? Object.keys(value).map((inner) => `${name}.${inner}`)
      : [name],
  );
}
