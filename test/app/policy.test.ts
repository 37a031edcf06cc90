/** What `.github/rekeeper.yml` changes, and from where it counts. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import { githubToken } from "../support/random-keys.ts";

let app: AppUnderTest;

beforeAll(async () => {
  app = await startApp();
  const base = await app.repository(".github");
  base.commit({ files: { "rekeeper.yml": "permit: [allow-provider]\n" } });
  await base.push("main");
});

afterAll(async () => {
  await app.stop();
});

const allowFile = (path: string): string =>
  `allow:\n  - rule: github-pat-classic\n    paths: ["${path}"]\n    reason: made for the tests\n`;

test("an allowed key on the default branch does not gate, and the check says why", async () => {
  const repo = await app.repository("allowed");
  repo.commit({ files: { ".github/rekeeper.yml": allowFile("test/**") } });
  await repo.push("main");
  const head = repo.commit({ files: { "test/k.env": `T=${githubToken("allowed")}\n` } });
  await repo.push("main");
  expect(repo.check(head).conclusion).toBe("success");
  expect(repo.check(head).output?.summary).toContain("made for the tests");
  expect(repo.issues()).toEqual([]);
});

test("a pull request cannot allow its own key", async () => {
  const repo = await app.repository("self-allowed");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const head = repo.commit({
    branch: "topic",
    parents: [base],
    files: {
      ".github/rekeeper.yml": allowFile("**"),
      "k.env": `T=${githubToken("self-allowed")}\n`,
    },
  });
  await repo.pushOnly("topic");
  await app.sandbox.people.openPullRequest({
    repository: "self-allowed",
    head: "topic",
    title: "Trust me",
  });
  await app.idle();
  expect(repo.check(head).conclusion).toBe("failure");
});

test("a broken file is shown with line and column while the last good one stays in force", async () => {
  const repo = await app.repository("broken");
  repo.commit({ files: { ".github/rekeeper.yml": allowFile("test/**") } });
  await repo.push("main");
  repo.commit({ files: { ".github/rekeeper.yml": "allow:\n  - rool: x\n" } });
  await repo.push("main");
  const head = repo.commit({ files: { "test/k.env": `T=${githubToken("broken")}\n` } });
  await repo.push("main");
  expect(repo.check(head).conclusion).toBe("success");
  expect(repo.check(head).output?.summary).toContain("line 2, column 5");
});
