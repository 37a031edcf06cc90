/** Pushes that mean harm: they stay within bounds, are shown, and delay nobody else. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import { githubToken } from "../support/random-keys.ts";

let app: AppUnderTest;

beforeAll(async () => {
  app = await startApp({
    environment: { REKEEPER_BLOB_MEGABYTES_MAX: "1", REKEEPER_PUSH_MEGABYTES_MAX: "30" },
  });
});

afterAll(async () => {
  await app.stop();
});

test("files over the limit are listed as not scanned, and the check is not green", async () => {
  const repo = await app.repository("big");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const big = Array.from({ length: 5 }, (_, index): [string, string] => [
    `big-${index}.bin`,
    `${index}${"x".repeat(2_000_000)}`,
  ]);
  const head = repo.commit({
    files: { ...Object.fromEntries(big), "k.env": `T=${githubToken("big")}\n` },
  });
  await repo.push("main");
  const check = repo.check(head);
  expect(check.conclusion).toBe("failure");
  expect(check.output?.summary).toContain("file over the size limit: 5 objects");
  const clean = repo.commit({ files: { "big-9.bin": `9${"y".repeat(2_000_000)}` } });
  await repo.push("main");
  expect(repo.check(clean).conclusion).toBe("neutral");
});

test("what is beyond the byte limit of a push is shown as a gap", async () => {
  const repo = await app.repository("heavy");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const files = Array.from({ length: 40 }, (_, index): [string, string] => [
    `part-${index}.txt`,
    `${index} ${"lorem ipsum ".repeat(75_000)}`,
  ]);
  const head = repo.commit({ files: Object.fromEntries(files) });
  await repo.push("main");
  expect(repo.check(head).conclusion).toBe("neutral");
  expect(repo.check(head).output?.summary).toContain("push over the byte limit");
});

test("a fork's pull request with 5,000 keys gets one check and one comment, both within limits", async () => {
  const repo = await app.repository("flooded");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const { people } = app.sandbox;
  people.join("flooder");
  people.setRole("flooded", "flooder", "read");
  const fork = await people.as("flooder").fork("flooded");
  const files = Array.from({ length: 10 }, (_, file): [string, string] => [
    `dump-${file}.txt`,
    Array.from({ length: 500 }, (_, line) => githubToken(`flood ${file} ${line}`)).join("\n"),
  ]);
  const head = repo.commit({
    branch: "topic",
    parents: [base],
    files: Object.fromEntries(files),
  });
  await repo.pushToFork(fork.pushUrl, "topic");
  const pull = await people.as("flooder").openPullRequest({
    repository: "flooded",
    head: "flooder:topic",
    title: "Data",
  });
  await app.idle();
  expect(repo.check(head).conclusion).toBe("failure");
  expect(repo.check(head).output?.title).toContain("1,000 keys leaked");
  expect(repo.comments(pull.number)).toHaveLength(1);
  expect(repo.issues()).toEqual([]);
}, 120_000);

test("names with control characters, bidirectional marks and mentions deceive and call nobody", async () => {
  const repo = await app.repository("names");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const names = [
    "@acme/everyone #1 `x` <b>|.env",
    "evil\u{202e}txt.exe",
    "line\nbreak.env",
    "bell\u{7}.env",
  ];
  const files = names.map((name, index): [string, string] => [
    name,
    `T=${githubToken(`names ${index}`)}\n`,
  ]);
  const head = repo.commit({ files: Object.fromEntries(files) });
  await repo.push("main");
  const { summary } = repo.check(head).output ?? { summary: "" };
  expect(repo.check(head).annotations).toHaveLength(4);
  expect(summary).not.toContain("\u{202e}");
  expect(summary).not.toContain("\u{7}");
  expect(summary).toContain("\\u{202e}");
  for (const issue of repo.issues()) {
    const text = issue.body ?? "";
    const outsideCode = text.replaceAll(/`+[^`]*`+/g, "");
    expect(outsideCode).not.toContain("@acme/everyone");
  }
});

test("a git server that stalls for one repository delays no other", async () => {
  const slow = await app.repository("slow");
  const fast = await app.repository("fast");
  slow.commit({ files: { a: "1\n" } });
  app.sandbox.state.gitFaults.push({
    matches: (repository, service) => repository.name === "slow" && service === "git-upload-pack",
    stallMs: 8_000,
    times: 2,
  });
  await slow.pushOnly("main");
  const head = fast.commit({ files: { a: "1\n" } });
  const started = app.sandbox.state.requests.length;
  await fast.pushOnly("main");
  await expect
    .poll(() => fast.checks(head).some((check) => check.status === "completed"), { timeout: 6_000 })
    .toBe(true);
  expect(app.sandbox.state.requests.length).toBeGreaterThan(started);
  await app.idle();
}, 60_000);
