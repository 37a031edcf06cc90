/** What `.github/rekeeper.yml` changes, and from where it counts. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import type { RepositoryUnderTest } from "../support/github-under-test.ts";
import { githubToken } from "../support/random-keys.ts";

let app: AppUnderTest;
let base: RepositoryUnderTest;

beforeAll(async () => {
  app = await startApp();
  base = await app.repository(".github");
  await pushBase("permit: [allow-provider]\n");
});

afterAll(async () => {
  await app.stop();
});

/** Puts a text in force as the organisation's file. */
async function pushBase(text: string): Promise<void> {
  base.commit({ files: { "rekeeper.yml": text } });
  await base.push("main");
}

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
  const first = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const head = repo.commit({
    branch: "topic",
    parents: [first],
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

test("a file that allows a key turns the heads that show it green and closes its issue, and back", async () => {
  const repo = await app.repository("later");
  const token = githubToken("later");
  const first = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const head = repo.commit({
    branch: "topic",
    parents: [first],
    files: { "test/k.env": `T=${token}\n` },
  });
  await repo.pushOnly("topic");
  await app.sandbox.people.openPullRequest({ repository: "later", head: "topic", title: "Work" });
  await app.idle();
  expect(repo.check(head).conclusion).toBe("failure");

  repo.commit({ files: { ".github/rekeeper.yml": allowFile("test/**") } });
  await repo.push("main");
  expect(repo.check(head).conclusion).toBe("success");
  expect(repo.check(head).output?.summary).toContain("made for the tests");
  const [issue, ...others] = repo.issues();
  expect(others).toEqual([]);
  expect(issue).toMatchObject({ state: "closed", stateReason: "not_planned" });
  expect(issue?.body).toContain("**No longer reported**: by `.github/rekeeper.yml`, line 2");

  repo.commit({ files: { ".github/rekeeper.yml": null } });
  await repo.push("main");
  expect(repo.check(head).conclusion).toBe("failure");
  expect(repo.issues()).toEqual([issue]);
  expect(issue).toMatchObject({ state: "open" });
  expect(issue?.body).not.toContain("No longer reported");
});

test("the organisation's file counts for what is open in every repository as soon as it changes", async () => {
  const repo = await app.repository("everywhere");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const head = repo.commit({ files: { "vendor/k.env": `T=${githubToken("everywhere")}\n` } });
  await repo.push("main");
  expect(repo.check(head).conclusion).toBe("failure");
  await pushBase(`permit: [allow-provider]\n${allowFile("vendor/**")}`);
  expect(repo.check(head).conclusion).toBe("success");
  await pushBase("permit: [allow-provider]\n");
  expect(repo.check(head).conclusion).toBe("failure");
});

test("an entry that does not count for a key is listed in the check with the reason", async () => {
  const repo = await app.repository("refused");
  repo.commit({ files: { ".github/rekeeper.yml": allowFile("test/**") } });
  await repo.push("main");
  const token = githubToken("refused");
  const head = repo.commit({
    files: { "test/k.env": `T=${token}\n`, "src/k.env": `T=${token}\n` },
  });
  await repo.push("main");
  expect(repo.check(head).conclusion).toBe("failure");
  const summary = repo.check(head).output?.summary;
  expect(summary).toContain("### Allow entries that do not count for these keys");
  expect(summary).toContain("line 2: the key also stands where the entry's paths do not reach");
});

test("the day after an entry's last one, what it allowed is red again and its issue opens", async () => {
  const repo = await app.repository("ending");
  const entry = `${allowFile("test/**")}    until: 2026-12-31\n`;
  repo.commit({ files: { ".github/rekeeper.yml": entry } });
  const head = repo.commit({ files: { "test/k.env": `T=${githubToken("ending")}\n` } });
  app.setNow(new Date("2026-12-31T23:00:00Z"));
  await repo.push("main");
  await app.run("clean-up", {});
  expect(repo.check(head).conclusion).toBe("success");
  app.setNow(new Date("2027-01-01T03:17:00Z"));
  await app.run("clean-up", {});
  app.setNow(undefined);
  expect(repo.check(head).conclusion).toBe("failure");
  expect(repo.issues()).toHaveLength(1);
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
