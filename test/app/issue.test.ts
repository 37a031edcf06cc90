/** Whom the issue of a key reaches, and when it opens again. */
import { afterAll, beforeAll, expect, test } from "vitest";
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

async function withPolicy(name: string, policy: string): Promise<RepositoryUnderTest> {
  const repo = await app.repository(name);
  repo.commit({ files: { ".github/rekeeper.yml": policy } });
  await repo.push("main");
  return repo;
}

test("it is labelled, and assigned to the pusher who has access", async () => {
  const repo = await withPolicy("labelled", "issues:\n  labels: [security]\n");
  repo.commit({ files: { "k.env": `T=${githubToken("labelled")}\n` } });
  await repo.push("main");
  const [issue, ...others] = repo.issues();
  expect(others).toEqual([]);
  expect(issue?.labels.map((label) => (typeof label === "string" ? label : label.name))).toEqual([
    "rekeeper",
    "leaked-key",
    "severity:critical",
    "security",
  ]);
  expect(issue?.assignees.map(({ login }) => login)).toEqual(["mona"]);
  expect(issue?.body).toContain("pushed by @mona");
});

test("of a pusher who has left it goes to those that the configuration names", async () => {
  const repo = await withPolicy("owned", "issues:\n  assignees: [hubot]\n");
  const { people } = app.sandbox;
  people.join("hubot");
  people.setRole("owned", "hubot", "write");
  repo.commit({ files: { "k.env": `T=${githubToken("owned")}\n` } });
  await app.stopService();
  await repo.pushOnly("main");
  people.setRole("owned", "mona", "none");
  await app.startService();
  await app.idle();
  expect(repo.issues()[0]?.assignees.map(({ login }) => login)).toEqual(["hubot"]);
  expect(repo.issues()[0]?.body).not.toContain("@mona");
});

test("closed by hand, it opens again when its key comes to another place, and not before", async () => {
  const repo = await app.repository("again");
  const token = githubToken("again");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  repo.commit({ files: { "k.env": `T=${token}\n` } });
  await repo.push("main");
  const [issue] = repo.issues();
  if (issue === undefined) throw new Error("the key has no issue");
  app.sandbox.people.closeIssue(issue);
  repo.commit({ files: { b: "2\n" } });
  await repo.push("main");
  expect(issue.state).toBe("closed");
  repo.commit({ files: { "copy.env": `T=${token}\n`, "k.env": null } });
  repo.commit({ files: { "other.env": `U=${token}\n`, "copy.env": null } });
  await repo.push("main");
  expect(repo.issues()).toEqual([issue]);
  repo.commit({ files: { "other.env": null } });
  await repo.push("main");
  repo.commit({ files: { "back.env": `T=${token}\n` } });
  await repo.push("main");
  expect(repo.issues()).toEqual([issue]);
  expect(issue.state).toBe("open");
  expect(issue.body).toContain("back.env:1");
});
