/** GitHub's limits on writing: what is over waits, and costs nothing but time. */
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Db } from "../../src/db/schema.ts";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import { githubToken } from "../support/random-keys.ts";
import { waitFor } from "../support/wait-for.ts";

let app: AppUnderTest;

beforeAll(async () => {
  app = await startApp({ environment: { REKEEPER_CONTENT_PER_MINUTE_MAX: "3" } });
});

afterAll(async () => {
  await app.stop();
});

test("a report of five keys opens three issues at once, and the others when there is room", async () => {
  const { db } = app.service();
  const repo = await app.repository("flood");
  const lines = Array.from({ length: 5 }, (_, index) => githubToken(`limits ${index}`));
  const head = repo.commit({ files: { "dump.txt": `${lines.join("\n")}\n` } });
  await repo.pushOnly("main");
  const first = await waitFor("a job that is put off", () => findPostponed(db));
  expect(repo.issues()).toHaveLength(3);
  expect(first.message).toMatch(/held back POST .*: as much was sent as GitHub takes/);
  expect(first.waitSeconds).toBeGreaterThan(30);

  // However often it comes back too early, it loses no attempt.
  await sql`update pgboss.job set start_after = now() where state = 'retry'`.execute(db);
  app.service().queue.wake("report-head");
  const second = await waitFor("the same job, put off again", async () => {
    const job = await findPostponed(db);
    return job !== undefined && job.attempts > first.attempts && job;
  });
  expect(second.id).toBe(first.id);
  expect(second.attemptsLeft).toBe(first.attemptsLeft);
  expect(await metrics()).toMatch(/^rekeeper_jobs_postponed_total\{queue="report-head"\} [2-9]/m);

  await sql`
    update spending set promised_until = null, write_times = '{}', content_times = array(
      select at - interval '61 seconds' from unnest(content_times) as at
    )
  `.execute(db);
  await sql`update pgboss.job set start_after = now() where state = 'retry'`.execute(db);
  await app.idle();
  expect(repo.issues()).toHaveLength(5);
  expect(new Set(repo.issues().map(({ title }) => title)).size).toBe(5);
  expect(repo.check(head)).toMatchObject({ status: "completed", conclusion: "failure" });
});

test("what merges wait for, and what shows a key, comes before green pushes", async () => {
  const { db } = app.service();
  const repo = await app.repository("queue");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  repo.commit({ branch: "topic", parents: [base], files: { b: "1\n" } });
  await repo.pushOnly("topic");
  await app.sandbox.people.openPullRequest({ repository: "queue", head: "topic", title: "Topic" });
  repo.commit({ branch: "leak", parents: [base], files: { k: `T=${githubToken("queue")}\n` } });
  await repo.push("leak");
  const { rows } = await sql<{ name: string; source: string; priority: number }>`
    select job.name, ranges.source, job.priority from pgboss.job
      join ranges on ranges.id = (job.data->>'rangeId')::bigint
        or (ranges.head = job.data->>'head' and job.name = 'report-head')
      join repositories on repositories.id = ranges.repository_id and repositories.name = 'queue'
    order by job.name, priority, source
  `.execute(db);
  const seen = new Set(rows.map(({ name, source, priority }) => `${name} ${source} ${priority}`));
  expect(seen).toContain("scan-range push 1");
  expect(seen).toContain("scan-range pull 2");
  expect(seen).toContain("report-head push 1");
  expect(seen).toContain("report-head push 2");
  expect(seen).toContain("report-head pull 2");
});

test("of green pushes to one branch the newest head is reported first, and none is left out", async () => {
  const { db } = app.service();
  const repo = await app.repository("rapid");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  // Both pushes are known before either is scanned.
  app.intercept = ({ url }, response) => {
    if (!url?.includes("git-upload-pack")) return false;
    response.writeHead(500).end();
    return true;
  };
  const older = repo.commit({ files: { a: "2\n" } });
  await repo.pushOnly("main");
  await app.sandbox.idle();
  const newer = repo.commit({ files: { a: "3\n" } });
  await repo.pushOnly("main");
  await app.sandbox.idle();
  app.intercept = () => false;
  await app.idle();
  const { rows } = await sql<{ head: string; priority: number }>`
    select data->>'head' as head, priority from pgboss.job
    where name = 'report-head' and data->>'head' in (${older}, ${newer}) order by priority
  `.execute(db);
  expect(rows).toEqual([
    { head: older, priority: 0 },
    { head: newer, priority: 1 },
  ]);
  for (const head of [older, newer]) expect(repo.check(head).conclusion).toBe("success");
});

interface Postponed {
  readonly id: string;
  readonly message: string;
  readonly waitSeconds: number;
  readonly attempts: number;
  readonly attemptsLeft: number;
}

async function findPostponed(db: Db): Promise<Postponed | undefined> {
  const { rows } = await sql<Postponed>`
    select id, output->>'message' as message, retry_count as attempts,
      retry_limit - retry_count as "attemptsLeft",
      extract(epoch from start_after - now())::int as "waitSeconds"
    from pgboss.job
    where state = 'retry' and start_after > now() + interval '5 seconds'
  `.execute(db);
  return rows[0];
}

async function metrics(): Promise<string> {
  return await (await fetch(new URL("/metrics", app.webhookUrl()))).text();
}
