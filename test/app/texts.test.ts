/** Keys in what people write and in what commits say, and the answer to them. */
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

test("a key in a commit message fails the check and is linked to its commit", async () => {
  const repo = await app.repository("messages");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const leak = repo.commit({
    files: { a: "2\n" },
    message: `Try it\n\ncurl -H 'token ${githubToken("message")}'\n`,
  });
  await repo.push("main");
  expect(repo.check(leak).conclusion).toBe("failure");
  expect(repo.check(leak).output?.summary).toContain(`/commit/${leak}`);
  expect(repo.issues()).toHaveLength(1);
});

test("a key in a file name is found and masked wherever the name is shown", async () => {
  const repo = await app.repository("names");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const token = githubToken("name");
  const head = repo.commit({ files: { [`dump/${token}.json`]: "{}\n" } });
  await repo.push("main");
  const check = repo.check(head);
  expect(check.conclusion).toBe("failure");
  expect(check.output?.summary).toContain(`the name of \`dump/ghp_…${token.slice(-4)}.json\``);
  expect(JSON.stringify([check.output, check.annotations, repo.issues()[0]?.body])).not.toContain(
    token,
  );
});

test("a key in the name of a branch gets an issue, and is masked wherever the name is shown", async () => {
  const repo = await app.repository("branches");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const token = githubToken("branch");
  await repo.push(`${base}:refs/heads/fix-${token}`);
  const [issue, ...others] = repo.issues();
  expect(others).toEqual([]);
  expect(issue?.body).toContain(`the name of \`refs/heads/fix-ghp_…${token.slice(-4)}\``);
  expect(issue?.body).not.toContain(token);
});

test("a key in the name of a proposed branch is told in the pull request's comment", async () => {
  const repo = await app.repository("proposed");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const branch = `fix-${githubToken("proposed")}`;
  const head = repo.commit({ branch: "topic", parents: [base], files: { a: "2\n" } });
  await repo.pushOnly(`${head}:refs/heads/${branch}`);
  const pull = await app.sandbox.people.openPullRequest({
    repository: "proposed",
    head: branch,
    title: "Work",
  });
  await app.idle();
  expect(repo.comments(pull.number)).toHaveLength(1);
  expect(repo.comments(pull.number)[0]?.body).toContain("the name of `refs/heads/fix-ghp_…");
});

test("a key in the message of an annotated tag is found", async () => {
  const repo = await app.repository("tags");
  const head = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  repo.git("tag", "--annotate", "v1", head, "--message", `Release ${githubToken("tag")}`);
  await repo.push("v1");
  expect(repo.issues()).toHaveLength(1);
  expect(repo.issues()[0]?.body).toContain("the message of tag");
});

test("a key in an issue is answered once, with how to remove it from the edit history", async () => {
  const repo = await app.repository("talk");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const { people } = app.sandbox;
  const issue = people.openIssue({
    repository: "talk",
    title: "It fails",
    body: `With ${githubToken("issue")} it says no`,
  });
  await app.idle();
  const [comment, ...others] = repo.comments(issue.number);
  expect(others).toEqual([]);
  expect(comment?.body).toContain("Delete revision from edit history");
  expect(comment?.body).not.toContain(githubToken("issue"));
  const leaked = repo.issues().filter((one) => one.title.startsWith("Leaked key"));
  expect(leaked).toHaveLength(1);
  people.editIssue(issue, { body: "never mind" });
  people.comment(issue, `and ${githubToken("comment")} too`);
  await app.idle();
  expect(repo.comments(issue.number)).toHaveLength(1);
  expect(repo.comments(issue.number)[0]?.body).toContain("2 keys leaked here");
});

test("keys in a pull request's title, description, reviews and lines are told in its one comment", async () => {
  const repo = await app.repository("reviewed");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  repo.commit({ branch: "topic", parents: [base], files: { a: "2\n" } });
  await repo.pushOnly("topic");
  const { people } = app.sandbox;
  const pull = await people.openPullRequest({
    repository: "reviewed",
    head: "topic",
    title: `Use ${githubToken("title")}`,
    body: `and ${githubToken("description")}`,
  });
  await people.review(pull, { body: `why not ${githubToken("review")}?`, state: "COMMENTED" });
  await people.commentOnLine(pull, { path: "a", line: 1, body: githubToken("line") });
  await app.idle();
  expect(repo.comments(pull.number)).toHaveLength(1);
  expect(repo.comments(pull.number)[0]?.body).toContain("4 keys leaked here");
});

test("a key in release notes gets an issue", async () => {
  const repo = await app.repository("notes");
  const head = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  await app.sandbox.people.publishRelease({
    repository: "notes",
    tag: "v1",
    target: head,
    name: "One",
    body: `Set it to ${githubToken("release")}`,
  });
  await app.idle();
  expect(repo.issues()).toHaveLength(1);
  expect(repo.issues()[0]?.body).toContain("release notes");
});
