/** What the check run of a head concludes and shows, sentence by sentence. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import { genericSecret, githubToken } from "../support/random-keys.ts";

let app: AppUnderTest;

beforeAll(async () => {
  app = await startApp();
});

afterAll(async () => {
  await app.stop();
});

test("a head is judged without a pull request once that is closed", async () => {
  const repo = await app.repository("closing");
  const base = repo.commit({ files: { a: "1\n" } });
  const leak = repo.commit({
    branch: "leaky",
    parents: [base],
    files: { "k.env": `T=${githubToken("closing")}\n` },
  });
  await repo.push("main");
  await repo.push("leaky");
  const head = repo.commit({ branch: "topic", parents: [leak], files: { b: "2\n" } });
  await repo.push("topic");
  expect(repo.check(head).conclusion).toBe("success");
  const { people } = app.sandbox;
  const pull = await people.openPullRequest({
    repository: "closing",
    head: "topic",
    title: "Work",
  });
  await app.idle();
  expect(repo.check(head).conclusion).toBe("failure");
  people.closePullRequest(pull);
  await app.idle();
  expect(repo.check(head).conclusion).toBe("success");
});

test("an unknown key in an assignment is a neutral notice, without an issue or a comment", async () => {
  const repo = await app.repository("unknown");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const text = `db_password = "${genericSecret("unknown")}"\n`;
  const head = repo.commit({ branch: "topic", parents: [base], files: { "app.py": text } });
  await repo.pushOnly("topic");
  const pull = await app.sandbox.people.openPullRequest({
    repository: "unknown",
    head: "topic",
    title: "Work",
  });
  await app.idle();
  const check = repo.check(head);
  expect(check.conclusion).toBe("neutral");
  expect(check.output?.title).toBe("1 possible key to look at");
  expect(check.annotations.map(({ level }) => level)).toEqual(["notice"]);
  expect(repo.issues().filter(({ title }) => title.startsWith("Leaked key"))).toEqual([]);
  expect(repo.comments(pull.number)).toEqual([]);
});

test("60 keys are annotated one by one, the more severe kinds first", async () => {
  const repo = await app.repository("many");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const lines = Array.from({ length: 59 }, (_, line) => `T${line}=${githubToken(`many ${line}`)}`);
  const unknown = `db_password = "${genericSecret("many")}"`;
  const head = repo.commit({ files: { "a.env": [unknown, ...lines, ""].join("\n") } });
  await repo.push("main");
  const { annotations } = repo.check(head);
  expect(annotations.map(({ startLine }) => startLine).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 60 }, (_, index) => index + 1),
  );
  expect(annotations.at(-1)?.startLine).toBe(1);
});

test("the summary says what was scanned, and which key has which issue", async () => {
  const repo = await app.repository("told");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  repo.commit({ files: { b: "2\n" } });
  const head = repo.commit({ files: { "k.env": `T=${githubToken("told")}\n` } });
  await repo.push("main");
  const summary = repo.check(head).output?.summary ?? "";
  const [issue] = repo.issues();
  const id = /\((?<id>[0-9a-f]{10})\)$/.exec(issue?.title ?? "")?.groups?.["id"];
  expect(summary).toMatch(
    /Scanned 2 commits, 2 new file versions, 0\.0 MB in [\d.]+ s with \d+ rules/,
  );
  expect(summary).toContain(`| \`${id}\` | #${issue?.number} |`);
});
