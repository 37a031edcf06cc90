/** What is found although no webhook told of it, or none could be taken in. */
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobName } from "../../src/queue/jobs.ts";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import { githubToken } from "../support/random-keys.ts";
import { waitFor } from "../support/wait-for.ts";

let app: AppUnderTest;

beforeAll(async () => {
  app = await startApp();
});

afterAll(async () => {
  await app.stop();
});

test("a push made while the service was down is found after the start", async () => {
  const repo = await app.repository("down");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  await app.stopService();
  const leak = repo.commit({ files: { "k.env": `T=${githubToken("down")}\n` } });
  await repo.pushOnly("main");
  await app.sandbox.idle();
  await app.startService();
  await app.idle();
  expect(repo.check(leak).conclusion).toBe("failure");
  expect(repo.issues()).toHaveLength(1);
});

test("a push whose webhook was never sent is found after the start", async () => {
  const repo = await app.repository("unsent");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  app.sandbox.state.webhookFaults.push({
    matches: (delivery) => delivery.event === "push",
    effect: "lost",
    times: 1,
  });
  const leak = repo.commit({ files: { "k.env": `T=${githubToken("unsent")}\n` } });
  await repo.push("main");
  expect(repo.checks(leak)).toEqual([]);
  await app.restart();
  expect(repo.check(leak).conclusion).toBe("failure");
});

test("a text whose webhook failed is found behind hundreds of webhooks that did not", async () => {
  const repo = await app.repository("behind");
  app.sandbox.state.webhookFaults.push({
    matches: (delivery) => delivery.event === "issues",
    effect: "lost",
    times: 1,
  });
  const { people } = app.sandbox;
  const issue = people.openIssue({
    repository: "behind",
    title: "It does not start",
    body: `with ${githubToken("behind")}`,
  });
  const other = people.openIssue({ repository: "behind", title: "Another" });
  for (let count = 0; count < 230; count += 1) people.editIssue(other, { title: `Try ${count}` });
  await app.idle();
  expect(repo.comments(issue.number)).toEqual([]);
  await app.restart();
  expect(repo.comments(issue.number)).toHaveLength(1);
});

test("a pull request whose webhook was never sent is found after the start", async () => {
  const repo = await app.repository("unsent-pull");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const head = repo.commit({
    branch: "topic",
    parents: [base],
    files: { "k.env": `T=${githubToken("unsent-pull")}\n` },
  });
  app.sandbox.state.webhookFaults.push({
    matches: (delivery) => ["push", "pull_request"].includes(delivery.event),
    effect: "lost",
    times: 2,
  });
  await repo.pushOnly("topic");
  const pull = await app.sandbox.people.openPullRequest({
    repository: "unsent-pull",
    head: "topic",
    title: "Unseen",
  });
  await app.idle();
  await app.restart();
  expect(repo.check(head).conclusion).toBe("failure");
  expect(repo.comments(pull.number)).toHaveLength(1);
});

test("history from before the App came gets issues, and no check is put on old heads", async () => {
  const { people } = app.sandbox;
  const repo = await app.repository("old");
  people.removeFromInstallation("old");
  const leak = repo.commit({ files: { "k.env": `T=${githubToken("old-1")}\n` } });
  const head = repo.commit({ files: { "k.env": "T=\n" } });
  await repo.push("main");
  people.addToInstallation("old");
  await app.idle();
  expect(repo.checks(head)).toEqual([]);
  expect(repo.issues()).toHaveLength(1);
  expect(repo.issues()[0]?.body).toContain(`/blob/${leak}/k.env`);
  const beside = repo.commit({ files: { b: `again ${githubToken("old-1")}\n` } });
  await repo.push("main");
  expect(repo.check(beside).conclusion).toBe("failure");
  expect(repo.issues()).toHaveLength(1);
});

test("history is read to its end although pushes to two branches came first", async () => {
  const { people } = app.sandbox;
  const repo = await app.repository("two-branches");
  people.removeFromInstallation("two-branches");
  repo.commit({ files: { "k.env": `T=${githubToken("two branches")}\n` } });
  const base = repo.commit({ files: { "k.env": "T=\n" } });
  await repo.push("main");
  repo.git("branch", "topic", base);
  await repo.push("topic");
  // The webhooks of these pushes are taken in before the history of the repository is.
  app.sandbox.state.webhookFaults.push({
    matches: ({ event }) => event === "installation_repositories",
    effect: "lost",
    times: 1,
  });
  people.addToInstallation("two-branches");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  repo.commit({ branch: "topic", parents: [base], files: { b: "1\n" } });
  await repo.push("topic");
  await app.restart();
  expect(repo.issues()).toHaveLength(1);
});

test("of 25 keys 20 get issues, the rest are listed in one that moves up as places free", async () => {
  const repo = await app.repository("flood");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const lines = Array.from({ length: 25 }, (_, index) => githubToken(`flood ${index}`));
  repo.commit({ files: { "dump.txt": `${lines.join("\n")}\n` } });
  await repo.push("main");
  const single = repo.issues().filter((issue) => issue.title.startsWith("Leaked key:"));
  const summary = repo.issues().filter((issue) => issue.title.startsWith("Leaked keys that wait"));
  expect(single).toHaveLength(20);
  expect(summary).toHaveLength(1);
  expect(summary[0]?.title).toContain("(5)");
});

test("two pushes at once open no more issues together than there may be", async () => {
  const repo = await app.repository("together");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  for (const branch of ["left", "right"]) {
    const lines = Array.from({ length: 15 }, (_, index) => githubToken(`${branch} ${index}`));
    repo.commit({ branch, parents: [base], files: { [`${branch}.txt`]: `${lines.join("\n")}\n` } });
  }
  // While one waits for GitHub's answer, the other counts.
  app.sandbox.state.faults.push({
    matches: ({ method, path }) => method === "POST" && path.endsWith("/issues"),
    stallMs: 80,
    times: 100,
  });
  await repo.push("left", "right");
  app.sandbox.state.faults.length = 0;
  const titles = repo.issues().map(({ title }) => title);
  expect(titles.filter((title) => title.startsWith("Leaked key:"))).toHaveLength(20);
  expect(titles.filter((title) => title.startsWith("Leaked keys that wait"))).toHaveLength(1);
});

test("while GitHub refuses, one look at an installation waits, however often it is asked for", async () => {
  const { db, queue } = app.service();
  app.sandbox.state.faults.push({
    matches: ({ path }) => path.startsWith("/installation/repositories"),
    answer: { status: 403, body: { message: "Forbidden" } },
    times: 100,
  });
  const jobsOf = async (name: JobName, ...states: string[]): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from pgboss.job
      where name = ${name} and state in (${sql.join(states)})
    `.execute(db);
    return rows[0]?.count ?? 0;
  };
  for (let round = 0; round < 3; round += 1) {
    await db.transaction().execute((trx) => queue.enqueue(trx, "recover", {}));
    queue.wake("recover");
    await waitFor("the end of the recovery", async () => {
      const left = await jobsOf("recover", "created", "retry", "active");
      return left + (await jobsOf("reconcile-installation", "active")) === 0;
    });
  }
  expect(await jobsOf("reconcile-installation", "created", "retry")).toBe(1);
  app.sandbox.state.faults.length = 0;
  await sql`update pgboss.job set start_after = now() where state = 'retry'`.execute(db);
  await app.idle();
});
