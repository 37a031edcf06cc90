/** How the program starts, refuses to start, and stops: as a process of its own. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ChildService,
  settingsFor,
  startChild,
  waitUntilReady,
} from "../support/child-service.ts";
import { type GitHubUnderTest, startGitHub } from "../support/github-under-test.ts";
import { appPrivateKey, awsPair, githubToken } from "../support/random-keys.ts";
import { waitFor } from "../support/wait-for.ts";

const run = promisify(execFile);
/** Several starts and stops of the program, on a machine that does other things as well. */
const TIMEOUT_MS = 90_000;
/** Containers are killed ten seconds after the signal. */
const STOP_MS_MAX = 10_000;

let folder: string;
const children: ChildService[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rekeeper-start-"));
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map(({ ended }) => ended));
  rmSync(folder, { recursive: true, force: true });
});

function start(environment: Readonly<Record<string, string>>): ChildService {
  const child = startChild(folder, environment);
  children.push(child);
  return child;
}

/** Waits for the end of a child that must not start; gives the sentence it left. */
async function refusalOf(child: ChildService): Promise<string> {
  expect(await child.ended).toBe(2);
  const [first, sentence, ...rest] = child.output().trimEnd().split("\n");
  expect([first, rest]).toEqual(["Rekeeper did not start.", []]);
  expect(sentence).toMatch(/\.$/);
  return sentence ?? "";
}

describe("it refuses to start, in one sentence that says what to do,", () => {
  const credentials = { APP_ID: "1", PRIVATE_KEY: appPrivateKey(), WEBHOOK_SECRET: "x".repeat(32) };

  test.each([
    [
      "with some of the credentials",
      { APP_ID: "1" },
      /^Set PRIVATE_KEY_PATH \(or PRIVATE_KEY\) and WEBHOOK_SECRET/,
    ],
    ["with none of them in production", { NODE_ENV: "production" }, /^Set APP_ID and /],
    [
      "with a webhook secret that everybody knows",
      { ...credentials, WEBHOOK_SECRET: "development" },
      /^WEBHOOK_SECRET is a well-known default: set a random one/,
    ],
    [
      "with two private keys",
      { ...credentials, PRIVATE_KEY_PATH: "key.pem" },
      /^Set PRIVATE_KEY or PRIVATE_KEY_PATH, not both/,
    ],
    [
      "without git",
      { ...credentials, PORT: "0", PATH: "/nowhere", REKEEPER_DATA_DIR: "without-git" },
      /install git 2\.31 or newer/,
    ],
  ])("%s", async (_name, environment, sentence) => {
    expect(await refusalOf(start(environment))).toMatch(sentence);
  });

  test.each([
    ["as a service", credentials],
    ["as a sandbox", {}],
  ])("on a port that is in use, %s", async (_name, environment) => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as { readonly port: number };
    const dataDir = "port-in-use";
    const child = start({ ...environment, PORT: String(port), REKEEPER_DATA_DIR: dataDir });
    expect(await refusalOf(child)).toBe(
      "The port is in use: stop the program that has it, or set PORT.",
    );
    holder.close();
  });
});

describe("beside a stand-in GitHub", () => {
  let github: GitHubUnderTest;
  let webhookUrl = "http://127.0.0.1:9";

  beforeAll(async () => {
    const log = { info: () => undefined, warn: () => undefined };
    const idle = (): Promise<void> => github.sandbox.idle();
    github = await startGitHub({ folder, webhookUrl: () => webhookUrl, log, idle });
  });

  afterAll(async () => {
    await github.stop();
  });

  test(
    "one data folder serves one process, and one pepper",
    async () => {
      const settings = settingsFor(github, join(folder, "one-pepper"));
      const first = start({ ...settings, REKEEPER_PEPPER: "first".repeat(8) });
      await waitUntilReady(first);
      const second = start({ ...settings, REKEEPER_PEPPER: "first".repeat(8) });
      expect(await refusalOf(second)).toMatch(
        new RegExp(`process ${first.pid} uses this data folder: stop that process, or set`),
      );
      first.kill("SIGTERM");
      expect(await first.ended).toBe(0);
      const third = start({ ...settings, REKEEPER_PEPPER: "other".repeat(8) });
      expect(await refusalOf(third)).toMatch(/^The pepper is not the one .* restore the pepper/);
    },
    TIMEOUT_MS,
  );

  test(
    "a signal stops it while it scans, and the next start reports what it scanned",
    async () => {
      const settings = settingsFor(github, join(folder, "stopped"));
      const first = start(settings);
      webhookUrl = await waitUntilReady(first);
      github.sandbox.announceInstallation();
      await github.sandbox.idle();
      const repo = await github.repository("stopped");
      const head = repo.commit({ files: { "a.env": `T=${githubToken("stopped")}\n` } });
      // A fetch that is never answered keeps the scan going.
      const held = Promise.withResolvers<void>();
      github.intercept = ({ url }) => {
        const isHeld = url?.includes("stopped.git") === true && url.includes("git-upload-pack");
        if (isHeld) held.resolve();
        return isHeld;
      };
      await repo.push("main");
      await held.promise;
      const signalledAt = performance.now();
      first.kill("SIGTERM");
      expect(await first.ended).toBe(0);
      expect(performance.now() - signalledAt).toBeLessThan(STOP_MS_MAX);
      expect(repo.checks(head).filter(({ status }) => status === "completed")).toEqual([]);

      github.intercept = () => false;
      const second = start(settings);
      webhookUrl = await waitUntilReady(second);
      await waitFor("the check of the push", () => repo.checks(head)[0]?.conclusion === "failure");
      expect(repo.issues()).toHaveLength(1);
      second.kill("SIGTERM");
      expect(await second.ended).toBe(0);
      // What its threads run is found compiled by the next start.
      expect(readdirSync(join(folder, "stopped"))).toContain("compiled");
    },
    TIMEOUT_MS,
  );
});

test(
  "without credentials it is a sandbox: a push to the printed address shows a leak",
  async () => {
    const child = start({ PORT: "0", NO_COLOR: "1" });
    const [, pushUrl = ""] = await child.printed(/git clone (\S+)/);
    const [, pageUrl = ""] = await child.printed(/Open\s+(\S+)/);
    const clone = join(folder, "clone");
    const git = async (...args: string[]): Promise<void> => {
      const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
      const env = { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1" };
      await run("git", [...identity, ...args], { cwd: folder, env });
    };
    await git("clone", "--quiet", pushUrl, clone);
    mkdirSync(join(clone, "config"));
    writeFileSync(join(clone, "config", "aws.ini"), awsPair("sandbox").ini);
    await git("-C", clone, "add", ".");
    await git("-C", clone, "commit", "--quiet", "--message", "Add settings");
    await git("-C", clone, "push", "--quiet", "origin", "HEAD:main");
    const page = await waitFor("the failed check on the page", async () => {
      const text = await (await fetch(pageUrl)).text();
      return text.includes("1 key leaked: rotate it now") && text;
    });
    const [, issuePath = ""] = /href="(\/acme\/shop\/issues\/1)"/.exec(page) ?? [];
    const issue = await (await fetch(new URL(issuePath, pageUrl))).text();
    expect(issue).toContain("AWS access key");
    expect(issue).toContain("config/aws.ini:2");

    child.kill("SIGTERM");
    expect(await child.ended).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith("rekeeper-sandbox-"))).toEqual([]);
    expect(readdirSync(folder)).not.toContain("data");
  },
  TIMEOUT_MS,
);
