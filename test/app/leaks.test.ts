/** `rekeeper leaks` in a process of its own, beside a service, without one, and after a crash. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findService } from "../../src/control/find-service.ts";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import { awsPair, githubToken } from "../support/random-keys.ts";
import { ROOT, readText } from "../support/repository-files.ts";
import { type Outcome, runRekeeper, startRekeeper } from "../support/run-rekeeper.ts";

const PAIR = awsPair("leaks");
const TOKEN = githubToken("leaks");
const START_MS_MAX = 15_000;

let app: AppUnderTest;
/** What the command line is given: the same GitHub and the same data folder. */
let environment: Readonly<Record<string, string>>;
/** The answer of the service that runs first; everything later has to agree with it. */
let answer: Outcome;

beforeAll(async () => {
  app = await startApp();
  environment = {
    REKEEPER_DATA_DIR: app.dataDir,
    GHE_HOST: new URL(app.url).host,
    GHE_PROTOCOL: "http",
  };
  const shop = await app.repository("till");
  shop.commit({ files: { "config/aws.ini": `[default]\n${PAIR.ini}` } });
  await shop.push("main");
  const site = await app.repository("site", { private: false });
  site.commit({ files: { "deploy.sh": `export TOKEN=${TOKEN}\n` } });
  await site.push("main");
  answer = await runRekeeper(["leaks", "--format", "json"], environment);
});

afterAll(async () => {
  await app.stop();
});

test("a running service's leaks are shown with place and issue, and without the keys' text", async () => {
  const { stdout, stderr, exitCode } = await runRekeeper(["leaks"], environment);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  expect(stdout).toContain("acme/till  config/aws.ini:3\n");
  expect(stdout).toContain(`${app.url}/acme/till/issues/1\n`);
  expect(stdout).toContain("acme/site  deploy.sh:1\n");
  expect(stdout).toContain("no issue: the repository is public");
  expect(stdout).toMatch(/\n2 open leaks\.\n$/);
  for (const secret of [PAIR.id, PAIR.secret, TOKEN]) {
    expect(stdout + answer.stdout).not.toContain(secret.slice(4, -4));
  }
  // No terminal, no colours.
  expect(stdout).not.toContain(String.fromCodePoint(27));
});

test("programs get exactly the fields that docs/command-line.md names", async () => {
  const { leaks, ...list } = JSON.parse(answer.stdout);
  expect(list).toEqual({ version: 1, repository: null, state: "open", total: 2 });
  const documented = documentedFields();
  expect(documented).toContain("place.path");
  expect(leaks.map(fieldsOf)).toEqual([documented, documented]);
  expect(leaks[0]).toMatchObject({
    repository: "acme/site",
    rule: "github-pat-classic",
    severity: "critical",
    lane: "provider",
    state: "open",
    verdict: "unknown",
    ageDays: 0,
    issueUrl: null,
    noIssueReason: "public-repository",
    place: { kind: "file", path: "deploy.sh", line: 1 },
  });
});

test("one repository's leaks are listed alone, and an unknown one is an error", async () => {
  const one = await runRekeeper(["leaks", "--repository", "acme/site"], environment);
  expect(one.stdout).toMatch(/\n1 open leak\.\n$/);
  const none = await runRekeeper(["leaks", "--repository", "acme/stie"], environment);
  expect(none).toMatchObject({ exitCode: 1, stdout: "" });
  expect(none.stderr).toMatch(
    /^rekeeper: Rekeeper has seen no repository called acme\/stie: .+\n$/,
  );
});

test("a slip in the arguments is answered with one sentence and exit code 2", async () => {
  const slips = [
    ["leaks", "--fromat", "json"],
    ["leaks", "--state", "closed"],
    ["leaks", "--repository", "acme"],
    ["leaks", "--limit", "0"],
    ["leaks", "acme/site"],
    ["leeks"],
  ];
  const outcomes = await Promise.all(slips.map((args) => runRekeeper(args, environment)));
  const sentence = { exitCode: 2, stdout: "", stderr: expect.stringMatching(/^rekeeper: .+\n$/) };
  expect(outcomes).toEqual(slips.map(() => sentence));
});

test("bad settings are named, with exit code 2", async () => {
  const outcome = await runRekeeper(["leaks"], { ...environment, PORT: "many" });
  expect(outcome).toMatchObject({ exitCode: 2, stdout: "" });
  expect(outcome.stderr).toContain("PORT must be a whole number");
});

test("a folder without a database is not made into one", async () => {
  const dataDir = join(app.dataDir, "nothing-here");
  const outcome = await runRekeeper(["leaks"], { ...environment, REKEEPER_DATA_DIR: dataDir });
  expect(outcome).toMatchObject({ exitCode: 1, stdout: "" });
  expect(outcome.stderr).toMatch(/^rekeeper: There is no database in .+\n$/);
  expect(existsSync(dataDir)).toBe(false);
});

test("the answer is the same beside a service, without one, and after a crash", async () => {
  const ask = () => runRekeeper(["leaks", "--format", "json"], environment);
  expect(await Promise.all([ask(), ask()])).toEqual([answer, answer]);

  await app.stopService();
  expect(existsSync(join(app.dataDir, "control.sock"))).toBe(false);
  // Two at once, of which one has to wait for the folder.
  expect(await Promise.all([ask(), ask()])).toEqual([answer, answer]);

  const killed = spawn(process.execPath, [join(ROOT, "src", "main.ts")], {
    cwd: app.dataDir,
    env: serviceEnvironment(),
    stdio: "ignore",
  });
  await started(killed);
  killed.kill("SIGKILL");
  await once(killed, "exit");
  expect(existsSync(join(app.dataDir, "control.sock"))).toBe(true);
  expect(await ask()).toEqual(answer);

  const next = startRekeeper(["serve"], serviceEnvironment());
  await started(next);
  expect(await ask()).toEqual(answer);
  next.kill("SIGTERM");
  expect(await once(next, "exit")).toEqual([0, null]);
  expect(existsSync(join(app.dataDir, "control.sock"))).toBe(false);
});

/** The fields of a leak in the order of their table in the documentation. */
function documentedFields(): string[] {
  const table = readText("docs/command-line.md").split("Each of `leaks`:")[1] ?? "";
  const rows = (table.split("`noIssueReason` is one of:")[0] ?? "").matchAll(/^\| `([\w.]+)` \|/gm);
  return [...rows].map(([, field = ""]) => field);
}

function fieldsOf(leak: { readonly place: object }): string[] {
  return Object.keys(leak).flatMap((field) =>
    field === "place"
      ? [field, ...Object.keys(leak.place).map((inner) => `place.${inner}`)]
      : [field],
  );
}

function serviceEnvironment(): Record<string, string> {
  return {
    ...environment,
    PATH: process.env["PATH"] ?? "",
    PORT: "0",
    APP_ID: String(app.sandbox.appId),
    PRIVATE_KEY: app.sandbox.privateKey,
    WEBHOOK_SECRET: app.sandbox.webhookSecret,
    LOG_LEVEL: "fatal",
  };
}

/** Resolves when the service of this process answers at the socket. */
async function started(child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_MS_MAX;
  while (Date.now() < deadline && child.exitCode === null) {
    const service = await findService(app.dataDir);
    if (service !== undefined) return await service.close();
    await delay(50);
  }
  throw new Error("the service did not start");
}
