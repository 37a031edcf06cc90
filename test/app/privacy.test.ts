/** That the text of a key goes nowhere: what is sent, logged, stored and cached is searched. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import {
  fileEvidence,
  objectEvidence,
  requestEvidence,
  tableEvidence,
} from "../support/evidence.ts";
import { FORMS, findTraces, TRACE_CHARACTERS_MIN } from "../support/find-traces.ts";
import { awsPair, databaseAddress, githubToken, pemKey } from "../support/random-keys.ts";
import { waitFor } from "../support/wait-for.ts";
import { zipOf } from "../support/zip-of.ts";

const pair = awsPair("privacy");
const address = databaseAddress("privacy");
const keys = {
  "AWS key id": pair.id,
  "AWS secret": pair.secret,
  "GitHub token": githubToken("privacy"),
  "private key": pemKey("privacy"),
  "database password": address.password,
  "token in UTF-16": githubToken("privacy utf-16"),
  "removed token": githubToken("privacy removed"),
  "token on three branches": githubToken("privacy branches"),
  "token in a commit message": githubToken("privacy message"),
  "token in a tag message": githubToken("privacy tag"),
  "token as an author": githubToken("privacy author"),
  "token as a branch name": githubToken("privacy branch"),
  "token as a tag name": githubToken("privacy tag name"),
  "token as a path in an archive": githubToken("privacy zip"),
  "token of a failed scan": githubToken("privacy scan"),
  "token of a failed report": githubToken("privacy report"),
};
/** What the cache's trees keep: a tree cannot be kept without the names in it. */
const names = {
  "token as a file name": githubToken("privacy file"),
  "token as a folder name": githubToken("privacy folder"),
};
const everything = { ...keys, ...names };

let app: AppUnderTest;

beforeAll(async () => {
  app = await startApp();
});

afterAll(async () => {
  await app.stop();
});

describe("while keys pass through the service", () => {
  test("one of each kind is found, in whatever encoding and however short its life", async () => {
    const repo = await app.repository("kinds");
    repo.commit({ files: { "README.md": "# kinds\n" } });
    await repo.push("main");
    const text = Buffer.from(`token=${keys["token in UTF-16"]}\r\n`, "utf16le");
    repo.commit({ files: { "config/aws.ini": `[default]\n${pair.ini}` } });
    repo.commit({ files: { "src/a.ts": `const t = "${keys["GitHub token"]}";\n` } });
    repo.commit({ files: { "deploy/id_rsa": `${keys["private key"]}\n` } });
    repo.commit({ files: { ".env": `DATABASE_URL=${address.url}\n` } });
    repo.commit({ files: { "a.reg": Buffer.concat([Buffer.from([0xff, 0xfe]), text]) } });
    repo.commit({ files: { "b.txt": `${keys["removed token"]}\n` } });
    const head = repo.commit({ files: { "b.txt": null } });
    await repo.push("main");
    expect(repo.check(head).output.title).toBe("6 keys leaked: rotate them now");
  });

  test("one at the same path of three branches is found on each", async () => {
    const repo = await app.repository("branches");
    const base = repo.commit({ files: { "README.md": "# branches\n" } });
    await repo.push("main");
    const files = { "lib/same.py": `T = "${keys["token on three branches"]}"\n` };
    const tips = ["one", "two", "three"].map((branch) =>
      repo.commit({ branch, parents: [base], files: { ...files, [branch]: "x\n" } }),
    );
    await repo.push("one", "two", "three");
    for (const tip of tips) expect(repo.check(tip).conclusion).toBe("failure");
    expect(repo.issues()).toHaveLength(1);
  });

  test("a commit message that holds one arrives", async () => {
    const repo = await app.repository("messages");
    const base = repo.commit({ files: { "README.md": "# messages\n" } });
    const message = `use ${keys["token in a commit message"]}`;
    const head = repo.git("commit-tree", `${base}^{tree}`, "-p", base, "-m", message);
    await repo.push(`${head}:refs/heads/main`);
    expect(repo.check(head).status).toBe("completed");
  });

  test("one as the name of a file, a folder or an author is found or stays unseen", async () => {
    const repo = await app.repository("names");
    const base = repo.commit({ files: { "README.md": "# names\n" } });
    const inner = githubToken("privacy inner");
    const head = repo.commit({
      files: {
        [`${names["token as a file name"]}.txt`]: "x\n",
        [`${names["token as a folder name"]}/x.env`]: `T=${inner}\n`,
      },
    });
    await repo.push("main");
    expect(repo.check(head).output.title).toBe("3 keys leaked: rotate them now");
    repo.git("tag", "-a", "v1", "-m", `for ${keys["token in a tag message"]}`, base);
    const author = keys["token as an author"];
    const signed = commitAs(repo.gitDir, author, [`${head}^{tree}`, "-p", base, "-m", "x"]);
    await repo.push("v1", `${signed}:refs/heads/signed`);
    expect(repo.check(signed).status).toBe("completed");
  });

  test("one as the name of a branch that others propose to, of a tag, or within an archive is found", async () => {
    const repo = await app.repository("refs");
    const base = repo.commit({ files: { "README.md": "# refs\n" } });
    await repo.push("main");
    const branch = `fix-${keys["token as a branch name"]}`;
    const tag = keys["token as a tag name"];
    repo.commit({ branch: "topic", parents: [base], files: { a: "2\n" } });
    await repo.push(`${base}:refs/heads/${branch}`, `${base}:refs/tags/${tag}`, "topic");
    await app.sandbox.people.openPullRequest({
      repository: "refs",
      head: "topic",
      base: branch,
      title: "Work",
    });
    await app.idle();
    const inner = `T=${githubToken("privacy inside")}\n`;
    const name = `${keys["token as a path in an archive"]}.env`;
    repo.commit({ files: { "a.zip": Buffer.from(zipOf({ [name]: Buffer.from(inner) })) } });
    await repo.push("main");
    expect(repo.issues()).toHaveLength(3);
    await reconcileNow("refs");
  });

  test("a scan that fails leaves neither a key nor git's words in the queue", async () => {
    const key = keys["token of a failed scan"];
    const repo = await app.repository("no-git");
    const head = repo.commit({ files: { "a.env": `T=${key}\n` } });
    let refusedCount = 0;
    // git prints such a text on standard error, line by line behind "remote: ".
    app.intercept = (request, response) => {
      if (!request.url?.includes("git-upload-pack")) return false;
      refusedCount += 1;
      return refuse(response, 404, `no repository for ${key}`);
    };
    await repo.pushOnly("main");
    const output = await waitForOutput("scan-range");
    app.intercept = () => false;
    expect(refusedCount).toBeGreaterThan(0);
    expect(output).toContain("GitError: git fetch: not-found");
    expect(output).not.toMatch(/remote:|fatal:|no repository for/);
    await retryNow();
    expect(repo.check(head).conclusion).toBe("failure");
  });

  test("a report that fails leaves neither a key nor GitHub's words in the queue", async () => {
    const key = keys["token of a failed report"];
    const repo = await app.repository("no-checks");
    const head = repo.commit({ files: { "a.env": `T=${key}\n` } });
    app.sandbox.state.faults.push({
      // On a slow machine a check in progress is made first; the report is what has to fail.
      matches: ({ method, path, body }) =>
        method !== "GET" &&
        path.includes("/check-runs") &&
        JSON.stringify(body).includes('"completed"'),
      answer: { status: 500, body: { message: `cannot store ${key}` } },
      times: 1,
    });
    await repo.pushOnly("main");
    const output = await waitForOutput("report-head");
    expect(output).toMatch(
      /GitHub answered 500 to (?:POST|PATCH) \/repos\/\{owner\}\/\{repo\}\/check-runs/,
    );
    expect(output).not.toContain("cannot store");
    await retryNow();
    expect(repo.check(head).conclusion).toBe("failure");
  });
});

describe("afterwards there is no trace of any of them", () => {
  test("in what was sent to GitHub", () => {
    expect(app.sandbox.state.requests.some(({ body }) => body !== undefined)).toBe(true);
    expect(findTraces(everything, requestEvidence(app.sandbox.state))).toEqual([]);
  });

  test("in the log, at its most talkative level", () => {
    const evidence = [{ place: "log", bytes: Buffer.from(app.log()) }];
    expect(findTraces(everything, evidence)).toEqual([]);
  });

  test("in any row of any table", async () => {
    const evidence = await tableEvidence(app.service().db);
    const places = evidence.map(({ place }) => place);
    expect(places).toContain("table public.incidents");
    expect(places).toContain("table pgboss.job");
    expect(findTraces(everything, evidence)).toEqual([]);
  });

  test("in any object of the git caches, which hold no file at all", () => {
    const objects = [...objectEvidence(join(app.dataDir, "git"))];
    expect(new Set(objects.map(({ type }) => type))).toEqual(new Set(["tree"]));
    expect(findTraces(keys, objects)).toEqual([]);
  });

  test("in a folder of a job: all are gone", () => {
    const names = readdirSync(join(app.dataDir, "git"));
    expect(names.filter((name) => name.startsWith("job-"))).toEqual([]);
  });

  test("in any file of the data folder, while the service runs and after its end", async () => {
    const whileRunning = [...fileEvidence(app.dataDir)];
    expect(whileRunning.some(({ place }) => place.includes("pg_wal"))).toBe(true);
    expect(findTraces(everything, whileRunning)).toEqual([]);
    await app.stopService();
    expect(findTraces(everything, fileEvidence(app.dataDir))).toEqual([]);
    await app.startService();
  });
});

describe("a planted trace is reported", () => {
  // The tail looks different in each form, at each offset.
  const planted = { planted: `${awsPair("planted").secret}/+~?~?` };
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rekeeper-planted-"));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Object.keys(FORMS))("in a file, %s", (form) => {
    const path = join(folder, "scratch");
    for (const [index, bytes] of (FORMS[form]?.(planted.planted) ?? []).entries()) {
      writeFileSync(path, Buffer.concat([Buffer.alloc(1_000 + index), bytes, Buffer.from("\n")]));
      expect(findTraces(planted, fileEvidence(folder))).toContain(`file scratch: planted, ${form}`);
    }
    rmSync(path);
  });

  test("in the base64 of a longer text, at each offset", () => {
    for (const before of ["", "a", "ab"]) {
      const bytes = Buffer.from(Buffer.from(`${before}${planted.planted}.`).toString("base64"));
      expect(findTraces(planted, [{ place: "text", bytes }])).toEqual(["text: planted, base64"]);
    }
  });

  test(`as any ${TRACE_CHARACTERS_MIN} characters of the key`, () => {
    const { planted: key } = planted;
    for (let at = 0; at + TRACE_CHARACTERS_MIN <= key.length; at += 1) {
      const bytes = Buffer.from(`"${key.slice(at, at + TRACE_CHARACTERS_MIN)}"`);
      expect(findTraces(planted, [{ place: "text", bytes }])).toEqual(["text: planted, as it is"]);
    }
  });

  test("in a row", async () => {
    const { db } = app.service();
    await db.insertInto("meta").values({ name: "planted", value: planted.planted }).execute();
    const traces = findTraces(planted, await tableEvidence(db));
    await db.deleteFrom("meta").where("name", "=", "planted").execute();
    expect(traces).toEqual(["table public.meta: planted, as it is"]);
  });

  test("in a packed or loose object of git", () => {
    const gitDir = join(folder, "1.git");
    execFileSync("git", ["init", "--quiet", "--bare", gitDir]);
    const args = [`--git-dir=${gitDir}`, "hash-object", "-w", "--stdin"];
    const id = execFileSync("git", args, { input: `T=${planted.planted}\n` })
      .toString()
      .trim();
    expect(findTraces(planted, objectEvidence(folder))).toEqual([
      `blob ${id} of 1.git: planted, as it is`,
    ]);
  });

  test("in a request", () => {
    const request = { method: "POST", path: "/x", body: planted, at: new Date(), status: 201 };
    const state = { ...app.sandbox.state, requests: [request] };
    expect(findTraces(planted, requestEvidence(state))).toEqual([
      "request POST /x: planted, as it is",
    ]);
  });
});

/** `git commit-tree` in somebody's name. */
function commitAs(gitDir: string, name: string, args: readonly string[]): string {
  const email = "ada@example.org";
  const author = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email };
  const committer = { GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
  const env = { PATH: process.env["PATH"], ...author, ...committer };
  return execFileSync("git", [`--git-dir=${gitDir}`, "commit-tree", ...args], { env })
    .toString()
    .trim();
}

function refuse(response: ServerResponse, status: number, text: string): true {
  response.writeHead(status, { "content-type": "text/plain" }).end(`${text}\n`);
  return true;
}

/** What the queue keeps of a failed attempt, as soon as there is one. */
async function waitForOutput(name: string): Promise<string> {
  return await waitFor(`a failed ${name}`, async () => {
    const { rows } = await sql<{ output: string }>`
      select output::text as output from pgboss.job where name = ${name} and state = 'retry'
    `.execute(app.service().db);
    return rows[0]?.output;
  });
}

/** Spares the test the queue's back-off. */
async function reconcileNow(name: string): Promise<void> {
  const repository = await app
    .service()
    .db.selectFrom("repositories")
    .select(["id", "installation_id"])
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  const { id: repositoryId, installation_id: installationId } = repository;
  await app.run("reconcile-repository", { installationId, repositoryId });
}

async function retryNow(): Promise<void> {
  await sql`update pgboss.job set start_after = now() where state = 'retry'`.execute(
    app.service().db,
  );
  await app.idle();
}
