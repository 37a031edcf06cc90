/** That nothing stays unread, in whatever order pushes are heard of. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Delivery } from "../../src/sandbox/state.ts";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import type { RepositoryUnderTest } from "../support/github-under-test.ts";
import { githubToken } from "../support/random-keys.ts";

let app: AppUnderTest;

beforeAll(async () => {
  app = await startApp();
});

afterAll(async () => {
  await app.stop();
});

/** Loses the next delivery of an event. */
function lose(event: string): void {
  app.sandbox.state.webhookFaults.push({
    matches: (delivery) => delivery.event === event,
    effect: "lost",
    times: 1,
  });
}

/** Pushes a branch, and has GitHub not even know that it should have told of it. */
async function pushUntold(
  repo: RepositoryUnderTest,
  branch: string,
): Promise<Delivery | undefined> {
  lose("push");
  await repo.push(branch);
  const { deliveries } = app.sandbox.state;
  const at = deliveries.findLastIndex(({ event }) => event === "push");
  return deliveries.splice(at, 1)[0];
}

test("a push that is heard of after the next one is read and judged", async () => {
  const repo = await app.repository("late");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  lose("push");
  const leak = repo.commit({ files: { "k.env": `T=${githubToken("late")}\n` } });
  await repo.push("main");
  const { deliveries } = app.sandbox.state;
  const late = deliveries.findLast(({ event }) => event === "push");
  const next = repo.commit({ files: { b: "2\n" } });
  await repo.push("main");
  expect(repo.check(next).conclusion).toBe("success");
  app.sandbox.redeliver(late?.id ?? 0);
  await app.idle();
  expect(repo.check(leak).conclusion).toBe("failure");
  expect(repo.issues()).toHaveLength(1);
});

test("a push that no webhook told of is found, though a later one was told of", async () => {
  const repo = await app.repository("untold");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const leak = repo.commit({ files: { "k.env": `T=${githubToken("untold")}\n` } });
  await pushUntold(repo, "main");
  const next = repo.commit({ files: { b: "2\n" } });
  await repo.push("main");
  expect(repo.check(next).conclusion).toBe("success");
  await app.restart();
  expect(repo.issues()).toHaveLength(1);
  expect(repo.check(leak).conclusion).toBe("failure");
  expect(repo.check(next).conclusion).toBe("success");
});

test("the first push to a new branch of which no webhook told is judged by itself", async () => {
  const repo = await app.repository("untold-branch");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  // The history is read now, so that what comes later is judged.
  await app.restart();
  const leak = repo.commit({
    branch: "topic",
    files: { "k.env": `T=${githubToken("untold-branch")}\n` },
  });
  await pushUntold(repo, "topic");
  const next = repo.commit({ branch: "topic", files: { b: "2\n" } });
  await repo.push("topic");
  await app.restart();
  expect(repo.check(leak).conclusion).toBe("failure");
  expect(repo.check(next).conclusion).toBe("success");
});

test("a push that cannot be read by itself for days is read with the newest one", async () => {
  const repo = await app.repository("untold-gone");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const leak = repo.commit({ files: { "k.env": `T=${githubToken("untold-gone")}\n` } });
  await pushUntold(repo, "main");
  const next = repo.commit({ files: { b: "2\n" } });
  await repo.push("main");
  const { db } = app.service();
  const told = await db
    .selectFrom("ranges")
    .selectAll()
    .where("head", "=", next)
    .executeTakeFirstOrThrow();
  const { id: _, ...copy } = told;
  // Ten attempts lie behind it, the last ones days apart.
  const tried = { ...copy, head: leak, base: null, state: "failed", failure_count: 11 } as const;
  await db.insertInto("ranges").values(tried).execute();
  await app.restart();
  expect(repo.issues()).toHaveLength(1);
  expect(repo.check(next).conclusion).toBe("failure");
});

test("a push before the history is read does not make it look read", async () => {
  const { people } = app.sandbox;
  const repo = await app.repository("before");
  people.removeFromInstallation("before");
  const leak = repo.commit({ files: { "k.env": `T=${githubToken("before")}\n` } });
  repo.commit({ files: { "k.env": "T=\n" } });
  await repo.push("main");
  lose("installation_repositories");
  people.addToInstallation("before");
  const head = repo.commit({ files: { b: "2\n" } });
  await repo.push("main");
  expect(repo.check(head).conclusion).toBe("success");
  await app.restart();
  expect(repo.issues()).toHaveLength(1);
  expect(repo.issues()[0]?.body).toContain(`/blob/${leak}/k.env`);
});

test("the first push of the default branch is judged, though another branch was heard of before", async () => {
  const repo = await app.repository("first");
  const leak = repo.commit({ files: { "k.env": `T=${githubToken("first")}\n` } });
  const topic = repo.commit({ branch: "topic", parents: [leak], files: { b: "2\n" } });
  lose("push");
  await repo.push("main", "topic");
  const { deliveries } = app.sandbox.state;
  const late = deliveries.findLast(({ event, status }) => event === "push" && status !== "OK");
  expect(repo.check(topic).conclusion).toBe("success");
  app.sandbox.redeliver(late?.id ?? 0);
  await app.idle();
  expect(repo.check(leak).conclusion).toBe("failure");
  expect(repo.issues()).toHaveLength(1);
});

test("the first push of the default branch is judged, though the history was read before", async () => {
  const repo = await app.repository("overtaken");
  const leak = repo.commit({ files: { "k.env": `T=${githubToken("overtaken")}\n` } });
  const late = await pushUntold(repo, "main");
  repo.commit({ branch: "topic", parents: [leak], files: { b: "2\n" } });
  await pushUntold(repo, "topic");
  await app.restart();
  expect(repo.issues()).toHaveLength(1);
  if (late !== undefined) app.sandbox.state.deliveries.push(late);
  app.sandbox.redeliver(late?.id ?? 0);
  await app.idle();
  expect(repo.check(leak).conclusion).toBe("failure");
  expect(repo.issues()).toHaveLength(1);
});
