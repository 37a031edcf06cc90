/** Public repositories: nothing that anyone can read points at a key that may be alive. */
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

/**
 * What the App wrote into a repository, as anyone can read it there. Annotations are looked at
 * apart: GitHub lets nobody take back those that were made while a repository was private.
 */
function publicText(repo: RepositoryUnderTest): string {
  const { checkRuns, comments } = app.sandbox.state;
  return JSON.stringify([
    checkRuns.filter((run) => run.suite.repository.name === repo.name).map((run) => run.output),
    repo.issues().map((issue) => [issue.title, issue.body]),
    comments
      .filter((comment) => comment.issue.repository.name === repo.name)
      .filter((comment) => comment.author.type === "Bot")
      .map((comment) => comment.body),
  ]);
}

/** Issues about a repository's keys in the private place of the organisation. */
function issuesAtHome(about: string) {
  return app.sandbox.state.issues.filter(
    (issue) => issue.repository.name === "leaks" && issue.body?.includes(`/acme/${about}/blob/`),
  );
}

/** The organisation's base names a private repository for issues from now on. */
async function namePrivatePlace(): Promise<void> {
  if (places.home === undefined) {
    places.home = await app.repository("leaks");
    places.home.commit({ files: { a: "1\n" } });
    await places.home.push("main");
  }
  await pushBase("issues:\n  repository: acme/leaks\n");
}

/** The organisation's base names none any more. */
async function nameNoPlace(): Promise<void> {
  await pushBase("issues: {}\n");
}

const places: { home?: RepositoryUnderTest; base?: RepositoryUnderTest } = {};

async function pushBase(text: string): Promise<void> {
  places.base ??= await app.repository(".github");
  places.base.commit({ files: { "rekeeper.yml": text } });
  await places.base.push("main");
}

test("a leak in a public repository is red without a word of where, and its issue waits", async () => {
  const repo = await app.repository("open", { private: false });
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const token = githubToken("open");
  const leak = repo.commit({ files: { "conf/live.env": `T=${token}\n` } });
  await repo.push("main");
  const check = repo.check(leak);
  expect(check.conclusion).toBe("failure");
  expect(check.output?.title).toBe("Needs attention");
  expect(check.annotations).toEqual([]);
  expect(repo.issues()).toEqual([]);
  for (const told of ["live.env", "GitHub", "ghp_", token.slice(-4), "rotate"]) {
    expect(publicText(repo)).not.toContain(told);
  }
});

test("a pull request in a public repository gets no comment", async () => {
  const repo = await app.repository("open-pull", { private: false });
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const head = repo.commit({
    branch: "topic",
    parents: [base],
    files: { "k.env": `T=${githubToken("open-pull")}\n` },
  });
  await repo.pushOnly("topic");
  const pull = await app.sandbox.people.openPullRequest({
    repository: "open-pull",
    head: "topic",
    title: "Work",
  });
  app.sandbox.people.comment(pull, `oh, ${githubToken("open-talk")}`);
  await app.idle();
  expect(repo.check(head).conclusion).toBe("failure");
  expect(repo.comments(pull.number)).toEqual([]);
  expect(repo.issues()).toEqual([]);
});

test("a repository that becomes public loses its open issues and comments to the private place", async () => {
  const repo = await app.repository("opened");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const token = githubToken("opened");
  const head = repo.commit({
    branch: "topic",
    parents: [base],
    files: { "k.env": `T=${token}\n` },
  });
  await repo.pushOnly("topic");
  const { people } = app.sandbox;
  const pull = await people.openPullRequest({ repository: "opened", head: "topic", title: "Work" });
  await app.idle();
  expect(repo.issues()).toHaveLength(1);
  await namePrivatePlace();
  people.setVisibility("opened", "public");
  await app.idle();
  expect(repo.check(head).output?.title).toBe("Needs attention");
  expect(repo.comments(pull.number)).toHaveLength(1);
  for (const told of ["k.env", "ghp_", token.slice(-4)]) {
    expect(publicText(repo)).not.toContain(told);
  }
  expect(repo.issues().map((issue) => [issue.title, issue.state])).toEqual([
    ["Moved by Rekeeper", "closed"],
  ]);
  expect(issuesAtHome("opened")).toHaveLength(1);
  expect(issuesAtHome("opened")[0]?.body).toContain("GitHub keeps earlier versions");
});

test("an issue moves when another repository is named for issues, and is never there twice", async () => {
  const repo = await app.repository("moving");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  await nameNoPlace();
  repo.commit({ files: { "k.env": `T=${githubToken("moving")}\n` } });
  await repo.push("main");
  expect(repo.issues().map((issue) => issue.state)).toEqual(["open"]);
  await namePrivatePlace();
  expect(repo.issues()).toMatchObject([
    { title: "Moved by Rekeeper", state: "closed", stateReason: "not_planned" },
  ]);
  expect(issuesAtHome("moving")).toMatchObject([{ state: "open" }]);
});

test("the issue of a public leak goes to the private repository that the organisation names", async () => {
  const repo = await app.repository("open-home", { private: false });
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const leak = repo.commit({ files: { "k.env": `T=${githubToken("open-home")}\n` } });
  await repo.push("main");
  expect(repo.check(leak).output?.title).toBe("Needs attention");
  expect(repo.issues()).toEqual([]);
  expect(issuesAtHome("open-home")).toHaveLength(1);
  expect(issuesAtHome("open-home")[0]?.body).toContain("acme/open-home");
  expect(issuesAtHome("open-home")[0]?.body).toContain(`/acme/open-home/blob/${leak}/k.env`);
});

test("a start names the public repositories whose leaks have no private place", async () => {
  const repo = await app.repository("unplaced", { private: false });
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  await nameNoPlace();
  const before = app.log().length;
  await app.restart();
  const log = app.log().slice(before);
  expect(log).toContain("acme/unplaced");
  expect(log).toContain("public repositories without a private place");
});

test("a renamed and transferred repository keeps its incidents", async () => {
  const repo = await app.repository("before");
  repo.commit({ files: { "k.env": `T=${githubToken("renamed")}\n` } });
  await repo.push("main");
  app.sandbox.people.renameRepository("before", "after");
  await app.idle();
  repo.commit({ files: { "k.env": `T=${githubToken("renamed")}\nA=1\n` } });
  await repo.pushToFork(app.sandbox.pushUrl("after"), "main");
  const issues = app.sandbox.state.issues.filter(
    (issue) =>
      issue.body?.includes("/acme/after/blob/") || issue.body?.includes("/acme/before/blob/"),
  );
  expect(issues).toHaveLength(1);
});

test("an archived repository is left in peace", async () => {
  const repo = await app.repository("shelved");
  const head = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  app.sandbox.people.archiveRepository("shelved");
  await app.idle();
  const before = app.sandbox.state.requests.length;
  app.sandbox.deliver("push", {
    ...(app.sandbox.state.deliveries.findLast((sent) => sent.event === "push")?.payload ?? {}),
    after: head,
  });
  await app.idle();
  expect(app.sandbox.state.requests.length).toBe(before);
});
