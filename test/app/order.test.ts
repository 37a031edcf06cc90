/** That nothing stays unread, in whatever order pushes are heard of. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
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
  lose("push");
  repo.commit({ files: { "k.env": `T=${githubToken("untold")}\n` } });
  await repo.push("main");
  const { deliveries } = app.sandbox.state;
  deliveries.splice(
    deliveries.findLastIndex(({ event }) => event === "push"),
    1,
  );
  const next = repo.commit({ files: { b: "2\n" } });
  await repo.push("main");
  expect(repo.check(next).conclusion).toBe("success");
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
  lose("push");
  await repo.push("main");
  const { deliveries } = app.sandbox.state;
  const [late] = deliveries.splice(
    deliveries.findLastIndex(({ event }) => event === "push"),
    1,
  );
  repo.commit({ branch: "topic", parents: [leak], files: { b: "2\n" } });
  lose("push");
  await repo.push("topic");
  deliveries.splice(
    deliveries.findLastIndex(({ event }) => event === "push"),
    1,
  );
  await app.restart();
  expect(repo.issues()).toHaveLength(1);
  if (late !== undefined) deliveries.push(late);
  app.sandbox.redeliver(late?.id ?? 0);
  await app.idle();
  expect(repo.check(leak).conclusion).toBe("failure");
  expect(repo.issues()).toHaveLength(1);
});
