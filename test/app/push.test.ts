/** What a push shows: from commits on a real git server to the check and the issue. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import { awsPair, githubToken } from "../support/random-keys.ts";
import { zipOf } from "../support/zip-of.ts";

let app: AppUnderTest;

beforeAll(async () => {
  app = await startApp();
});

afterAll(async () => {
  await app.stop();
});

test("a pushed key gets a failed check with path and line, and one issue with rotation steps", async () => {
  const repo = await app.repository("plain");
  repo.commit({ files: { "README.md": "# shop\n" } });
  await repo.push("main");
  const pair = awsPair("plain");
  const leak = repo.commit({ files: { "config/aws.ini": `[default]\n${pair.ini}` } });
  await repo.push("main");

  const check = repo.check(leak);
  expect(check.conclusion).toBe("failure");
  expect(check.output?.title).toBe("1 key leaked: rotate it now");
  expect(check.annotations).toMatchObject([
    { path: "config/aws.ini", startLine: 3, level: "failure" },
  ]);
  const [issue, ...others] = repo.issues();
  expect(others).toEqual([]);
  expect(issue?.title).toMatch(/^Leaked key: AWS access key \([0-9a-f]{10}\)$/);
  expect(issue?.body).toContain("Create a second access key");
  expect(issue?.body).toContain(`/blob/${leak}/config/aws.ini?plain=1#L3`);
  expect(issue?.body).toContain("@mona");
  expect(issue?.labels.map((label) => label.name).toSorted()).toEqual([
    "leaked-key",
    "rekeeper",
    "severity:critical",
  ]);
});

test("a clean push gets a green check", async () => {
  const repo = await app.repository("clean");
  const head = repo.commit({ files: { "README.md": "# nothing here\n" } });
  await repo.push("main");
  expect(repo.check(head)).toMatchObject({ status: "completed", conclusion: "success" });
  expect(repo.check(head).output?.title).toBe("No leaked key in 1 commit");
});

test("a key that is added and removed within one push is found in the commit that added it", async () => {
  const repo = await app.repository("removed");
  repo.commit({ files: { a: "a\n" } });
  await repo.push("main");
  const added = repo.commit({ files: { "src/x.ts": `const t = "${githubToken("removed")}";\n` } });
  const head = repo.commit({ files: { "src/x.ts": "const t = process.env.T;\n" } });
  await repo.push("main");
  const check = repo.check(head);
  expect(check.conclusion).toBe("failure");
  expect(check.output?.summary).toContain("no, in history");
  expect(check.output?.summary).toContain(`/blob/${added}/src/x.ts`);
});

test("a key that only a merge resolution brings is found in the merge commit", async () => {
  const repo = await app.repository("merged");
  const base = repo.commit({ files: { "app.env": "A=1\n" } });
  await repo.push("main");
  const side = repo.commit({ branch: "side", parents: [base], files: { "app.env": "A=2\n" } });
  const main = repo.commit({ files: { "app.env": "A=3\n" } });
  const merge = repo.commit({
    parents: [main, side],
    files: { "app.env": `A=4\nTOKEN=${githubToken("merge")}\n` },
  });
  await repo.push("main");
  const check = repo.check(merge);
  expect(check.conclusion).toBe("failure");
  expect(check.annotations).toMatchObject([{ path: "app.env", startLine: 2 }]);
  expect(repo.issues()[0]?.body).toContain(`/blob/${merge}/app.env`);
});

test("a key in one of 600 commits of a push is found", async () => {
  const repo = await app.repository("many-commits");
  repo.commit({ files: { n: "start\n" } });
  await repo.push("main");
  const commits = repo.commits(
    Array.from({ length: 600 }, (_, index) => ({
      files: {
        [`f${index % 7}.txt`]:
          index === 311 ? `x ${index}\ntoken: ${githubToken("deep")}\n` : `x ${index}\n`,
      },
    })),
  );
  await repo.push("main");
  const head = commits.at(-1) ?? "";
  const check = repo.check(head);
  expect(check.conclusion).toBe("failure");
  expect(check.output?.summary).toContain("600 commits");
  expect(check.output?.summary).toContain(`/blob/${commits[311]}/f3.txt?plain=1#L2`);
});

test("a key in one commit of 3,500 files is found", async () => {
  const repo = await app.repository("many-files");
  repo.commit({ files: { n: "start\n" } });
  await repo.push("main");
  const files = Array.from({ length: 3_500 }, (_, index): [string, string] => [
    `pkg/d${index % 50}/file-${index}.txt`,
    index === 3_123 ? `\n\nkey ${githubToken("wide")}\n` : `content ${index}\n`,
  ]);
  const head = repo.commit({ files: Object.fromEntries(files) });
  await repo.push("main");
  const check = repo.check(head);
  expect(check.annotations).toMatchObject([{ path: "pkg/d23/file-3123.txt", startLine: 3 }]);
  expect(check.output?.summary).toContain("3,500 new file versions");
});

test("a key in a line of 2 MB is found on that line", async () => {
  const repo = await app.repository("long-line");
  repo.commit({ files: { n: "start\n" } });
  await repo.push("main");
  const filler = "lorem ipsum dolor sit amet; ".repeat(40_000);
  const head = repo.commit({
    files: { "min.js": `first\n${filler} "${githubToken("long")}" ${filler}\nlast\n` },
  });
  await repo.push("main");
  expect(repo.check(head).annotations).toMatchObject([{ path: "min.js", startLine: 2 }]);
});

test.each([
  ["little endian with a mark", Buffer.from([0xff, 0xfe]), "utf16le"],
  ["little endian without a mark", Buffer.from([]), "utf16le"],
  ["big endian with a mark", Buffer.from([0xfe, 0xff]), "utf16be"],
] as const)("a key in a UTF-16 file, %s, is found on its line", async (name, mark, encoding) => {
  const repo = await app.repository(`utf16-${name.replaceAll(" ", "-")}`);
  repo.commit({ files: { n: "start\n" } });
  await repo.push("main");
  const text = Buffer.from(
    `Zeile eins ä\r\nZeile zwei\r\ntoken=${githubToken(name)}\r\n`,
    "utf16le",
  );
  if (encoding === "utf16be") text.swap16();
  const head = repo.commit({ files: { "settings.reg": Buffer.concat([mark, text]) } });
  await repo.push("main");
  expect(repo.check(head).annotations).toMatchObject([{ path: "settings.reg", startLine: 3 }]);
});

test("a key at the same place of two files in an archive is shown with both paths within it", async () => {
  const repo = await app.repository("archives");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const file = Buffer.from(`T=${githubToken("zip")}\n`);
  const head = repo.commit({
    files: { "dump.zip": Buffer.from(zipOf({ "a.env": file, "conf/b.env": file })) },
  });
  await repo.push("main");
  expect(repo.check(head).output?.summary).toContain("`dump.zip!a.env:1`");
  const [issue] = repo.issues();
  expect(issue?.body).toContain("`dump.zip!a.env:1`");
  expect(issue?.body).toContain("`dump.zip!conf/b.env:1`");
  expect(repo.check(head).annotations.map(({ path, startLine }) => [path, startLine])).toEqual([
    ["dump.zip", 1],
    ["dump.zip", 1],
  ]);
});

test("a path with spaces, quotes and umlauts is shown as it is and linked right", async () => {
  const repo = await app.repository("odd-paths");
  repo.commit({ files: { n: "start\n" } });
  await repo.push("main");
  const path = `Größe & "Maß"/it's a file (1).env`;
  const head = repo.commit({ files: { [path]: `T=${githubToken("odd")}` } });
  await repo.push("main");
  expect(repo.check(head).annotations).toMatchObject([{ path, startLine: 1 }]);
  expect(repo.issues()[0]?.body).toContain(
    "/Gr%C3%B6%C3%9Fe%20%26%20%22Ma%C3%9F%22/it%27s%20a%20file%20%281%29.env?plain=1#L1",
  );
});

test("a branch made from one that already holds a key is not blamed for it", async () => {
  const repo = await app.repository("branched");
  const leak = repo.commit({ files: { "k.env": `T=${githubToken("old")}\n` } });
  await repo.push("main");
  const tip = repo.commit({ branch: "topic", parents: [leak], files: { "x.txt": "new\n" } });
  await repo.push("topic");
  expect(repo.check(leak).conclusion).toBe("failure");
  expect(repo.check(tip).conclusion).toBe("success");
  expect(repo.issues()).toHaveLength(1);
});

test("an edit beside an old key, a moved file and a copied key are known, not introduced", async () => {
  const repo = await app.repository("known");
  const token = githubToken("known");
  repo.commit({ files: { "k.env": `A=1\nT=${token}\n` } });
  await repo.push("main");
  const edited = repo.commit({ files: { "k.env": `A=2\nT=${token}\n` } });
  await repo.push("main");
  const moved = repo.commit({ files: { "k.env": null, "conf/k.env": `A=3\nT=${token}\n` } });
  await repo.push("main");
  const copied = repo.commit({ files: { "other.txt": `again ${token}\n` } });
  await repo.push("main");
  for (const commit of [edited, moved, copied]) {
    expect(repo.check(commit).conclusion).toBe("success");
    expect(repo.check(commit).output?.summary).toContain("Known before");
  }
  expect(repo.issues()).toHaveLength(1);
});

test("one key in two files and two pushes has one issue that lists both places", async () => {
  const repo = await app.repository("twice");
  const token = githubToken("twice");
  repo.commit({ files: { "a.env": `T=${token}\n` } });
  await repo.push("main");
  repo.commit({ files: { "a.env": "T=\n" } });
  await repo.push("main");
  const again = repo.commit({ files: { "b/c.yml": `\ntoken: ${token}\n` } });
  await repo.push("main");
  expect(repo.check(again).conclusion).toBe("failure");
  expect(repo.issues()).toHaveLength(1);
  expect(repo.issues()[0]?.body).toContain("a.env:1");
  expect(repo.issues()[0]?.body).toContain("b/c.yml:2");
});

test("a force push is compared with what the branch held before", async () => {
  const repo = await app.repository("forced");
  const base = repo.commit({ files: { a: "1\n" } });
  repo.commit({ files: { a: "2\n" } });
  await repo.push("main");
  const other = repo.commit({
    branch: "rewritten",
    parents: [base],
    files: { b: `${githubToken("forced")}\n` },
  });
  await repo.push("+rewritten:main");
  expect(repo.check(other).conclusion).toBe("failure");
});

test("a deleted branch and the same delivery twice start no work", async () => {
  const repo = await app.repository("quiet");
  const head = repo.commit({ files: { a: "1\n" } });
  await repo.push("main", "main:topic");
  await repo.push(":topic");
  const before = app.sandbox.state.requests.length;
  const delivery = app.sandbox.state.deliveries.findLast((sent) => sent.event === "push");
  app.sandbox.redeliver(delivery?.id ?? 0);
  await app.idle();
  expect(repo.checks(head)).toHaveLength(1);
  expect(app.sandbox.state.requests.length).toBe(before);
});
