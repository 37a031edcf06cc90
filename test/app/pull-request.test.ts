/** Pull requests: what they introduce, what their base holds already, and how it is told. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ObjectId } from "../../src/model/ids.ts";
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

/** A repository with one clean commit on main. */
async function withMain(name: string): Promise<{ repo: RepositoryUnderTest; base: ObjectId }> {
  const repo = await app.repository(name);
  const base = repo.commit({ files: { "README.md": "# start\n" } });
  await repo.push("main");
  return { repo, base };
}

test("a pull request that adds a key is red, commented once, and its key has an issue", async () => {
  const { repo, base } = await withMain("adds");
  const head = repo.commit({
    branch: "topic",
    parents: [base],
    files: { "k.env": `T=${githubToken("adds")}\n` },
  });
  await repo.pushOnly("topic");
  const pull = await app.sandbox.people.openPullRequest({
    repository: "adds",
    head: "topic",
    title: "Add settings",
  });
  await app.idle();
  expect(repo.check(head).conclusion).toBe("failure");
  expect(repo.issues()).toHaveLength(1);
  const [comment, ...others] = repo.comments(pull.number);
  expect(others).toEqual([]);
  expect(comment?.body).toContain("### Rekeeper: a key leaked here");
  expect(comment?.body).toContain(`/blob/${head}/k.env?plain=1#L1`);
  expect(comment?.body).toContain("| #2 |");
});

test("a pull request that adds a key and later removes it stays red with its reason", async () => {
  const { repo, base } = await withMain("adds-removes");
  const leak = repo.commit({
    branch: "topic",
    parents: [base],
    files: { "k.env": `T=${githubToken("adds-removes")}\n` },
  });
  await repo.pushOnly("topic");
  await app.sandbox.people.openPullRequest({
    repository: "adds-removes",
    head: "topic",
    title: "Add settings",
  });
  await app.idle();
  const head = repo.commit({ branch: "topic", files: { "k.env": null } });
  await repo.push("topic");
  const check = repo.check(head);
  expect(check.conclusion).toBe("failure");
  expect(check.output?.summary).toContain("no, in history");
  expect(check.output?.summary).toContain("the history keeps it");
  expect(check.output?.summary).toContain(`/blob/${leak}/k.env`);
});

test("a pull request that only sits beside an old leak is green and not commented", async () => {
  const repo = await app.repository("beside");
  const leak = repo.commit({ files: { "k.env": `T=${githubToken("beside")}\n`, a: "1\n" } });
  await repo.push("main");
  const head = repo.commit({ branch: "topic", parents: [leak], files: { a: "2\n" } });
  await repo.pushOnly("topic");
  const pull = await app.sandbox.people.openPullRequest({
    repository: "beside",
    head: "topic",
    title: "Change a",
  });
  await app.idle();
  expect(repo.check(head).conclusion).toBe("success");
  expect(repo.comments(pull.number)).toEqual([]);
});

test("after five pushes there is one comment, edited each time, and it says when all is well", async () => {
  const { repo, base } = await withMain("sticky");
  const first = repo.commit({
    branch: "topic",
    parents: [base],
    files: { "k.env": `T=${githubToken("sticky")}\n` },
  });
  await repo.pushOnly("topic");
  const pull = await app.sandbox.people.openPullRequest({
    repository: "sticky",
    head: "topic",
    title: "Work",
  });
  await app.idle();
  for (const round of [1, 2, 3, 4]) {
    repo.commit({ branch: "topic", files: { a: `${round}\n` } });
    await repo.push("topic");
  }
  expect(repo.comments(pull.number)).toHaveLength(1);
  expect(repo.comments(pull.number)[0]?.body).toContain(`/blob/${first}/k.env`);
  const clean = repo.commit({ branch: "topic", parents: [base], files: { b: "1\n" } });
  await repo.push("+topic");
  expect(repo.check(clean).conclusion).toBe("success");
  expect(repo.comments(pull.number)).toHaveLength(1);
  expect(repo.comments(pull.number)[0]?.body).toContain("no open leaked key here");
});

test("a change of the base judges the same head again", async () => {
  const { repo, base } = await withMain("retarget");
  const token = githubToken("retarget");
  const leak = repo.commit({ branch: "dev", parents: [base], files: { "k.env": `T=${token}\n` } });
  await repo.push("dev");
  const head = repo.commit({ branch: "topic", parents: [leak], files: { a: "1\n" } });
  await repo.pushOnly("topic");
  const pull = await app.sandbox.people.openPullRequest({
    repository: "retarget",
    head: "topic",
    base: "dev",
    title: "Small change",
  });
  await app.idle();
  expect(repo.check(head).conclusion).toBe("success");
  await app.sandbox.people.editPullRequest(pull, { base: "main" });
  await app.idle();
  expect(repo.check(head).conclusion).toBe("failure");
});

test("two pull requests of one head with different bases agree on the worst", async () => {
  const { repo, base } = await withMain("agree");
  const leak = repo.commit({
    branch: "dev",
    parents: [base],
    files: { "k.env": `T=${githubToken("agree")}\n` },
  });
  await repo.push("dev");
  const head = repo.commit({ branch: "topic", parents: [leak], files: { a: "1\n" } });
  await repo.pushOnly("topic");
  const open = (target: string) =>
    app.sandbox.people.openPullRequest({
      repository: "agree",
      head: "topic",
      base: target,
      title: `Into ${target}`,
    });
  await open("dev");
  const intoMain = await open("main");
  await app.idle();
  expect(repo.check(head).conclusion).toBe("failure");
  app.sandbox.people.closePullRequest(intoMain);
  await app.idle();
  expect(repo.check(head).conclusion).toBe("success");
});

test("a stranger's fork gets check and comment, and an issue only with the merge", async () => {
  const { repo, base } = await withMain("forked");
  const { people } = app.sandbox;
  people.join("stranger");
  people.setRole("forked", "stranger", "read");
  const fork = await people.as("stranger").fork("forked");
  const head = repo.commit({
    branch: "topic",
    parents: [base],
    files: { "k.env": `T=${githubToken("forked")}\n` },
  });
  await repo.pushToFork(fork.pushUrl, "topic");
  const pull = await people.as("stranger").openPullRequest({
    repository: "forked",
    head: "stranger:topic",
    title: "Help",
  });
  await app.idle();
  expect(repo.check(head).conclusion).toBe("failure");
  expect(repo.comments(pull.number)).toHaveLength(1);
  expect(repo.issues()).toEqual([]);
  await people.mergePullRequest(pull);
  await app.idle();
  expect(repo.issues()).toHaveLength(1);
});

test("a merge queue's candidate gets its own check", async () => {
  const { repo, base } = await withMain("queue");
  repo.commit({
    branch: "topic",
    parents: [base],
    files: { "k.env": `T=${githubToken("queue")}\n` },
  });
  await repo.pushOnly("topic");
  const pull = await app.sandbox.people.openPullRequest({
    repository: "queue",
    head: "topic",
    title: "Queued",
  });
  const group = await app.sandbox.people.enterMergeQueue(pull);
  await app.idle();
  expect(repo.check(group.head.id).conclusion).toBe("failure");
});
