/** That a service killed at any moment loses nothing and does nothing twice. */
import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseSettings } from "../../src/config/parse-settings.ts";
import { startService } from "../../src/service.ts";
import { startServer } from "../../src/webhook/server.ts";
import {
  type ChildService,
  settingsFor,
  startChild,
  waitUntilReady,
} from "../support/child-service.ts";
import { type GitHubUnderTest, startGitHub } from "../support/github-under-test.ts";
import { type Head, isChecked, makeHeads } from "../support/pushed-heads.ts";
import { waitFor } from "../support/wait-for.ts";

const REPOSITORIES = ["ant", "bee", "cat", "dog"];
const BRANCHES = Array.from({ length: 10 }, (_, index) => `b${index}`);
const CLEAN_BRANCHES = new Set(["b2", "b5", "b8"]);

/** Long on a machine that does other things as well; alone it takes a sixth of that. */
const CHECKS_TIMEOUT_MS = 120_000;
const TEST_TIMEOUT_MS = 180_000;

let folder: string;
let github: GitHubUnderTest;
let settings: Readonly<Record<string, string>>;
let child: ChildService;
let webhookUrl = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rekeeper-kill-"));
  const log = { info: () => undefined, warn: () => undefined };
  const idle = (): Promise<void> => github.sandbox.idle();
  github = await startGitHub({ folder, webhookUrl: () => webhookUrl, log, idle });
  settings = settingsFor(github, join(folder, "rekeeper"));
  await startAgain();
  github.sandbox.announceInstallation();
  await github.sandbox.idle();
});

afterAll(async () => {
  child.kill("SIGKILL");
  await child.ended;
  await github.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(
  "40 pushes and three kills: one check per head, one issue per key, none missing",
  async () => {
    const heads: Head[] = [];
    for (const name of REPOSITORIES) {
      heads.push(...makeHeads(await github.repository(name), BRANCHES, CLEAN_BRANCHES));
    }
    const repos = new Set(heads.map(({ repo }) => repo));

    // Each kill comes while GitHub works on a request of the service, whose answer is then lost.
    let killed = killAt(3, ({ method, url }) => method === "POST" && url?.endsWith("/issues"));
    const pushed = Promise.all([...repos].map((repo) => repo.pushOnly(...BRANCHES)));
    await killed;
    await pushed;
    killed = killAt(5, ({ method, url }) => method === "POST" && url?.endsWith("/check-runs"));
    await startAgain();
    await killed;
    killed = killAt(9, ({ method, url }) => method === "POST" && url?.endsWith("git-upload-pack"));
    await startAgain();
    await killed;
    await startAgain();

    await waitFor("every check", () => heads.every(isChecked), CHECKS_TIMEOUT_MS);
    child.kill("SIGTERM");
    expect(await child.ended).toBe(0);
    const stored = await finishAll();

    for (const { repo, commit, hasKey } of heads) {
      expect(repo.check(commit).conclusion).toBe(hasKey ? "failure" : "success");
    }
    const keyCount = heads.filter(({ hasKey }) => hasKey).length;
    expect(stored).toEqual({
      pushes: heads.length,
      ranges: heads.length,
      keys: keyCount,
      failed: 0,
    });
    for (const repo of repos) {
      const titles = repo.issues().map(({ title }) => title);
      expect(new Set(titles).size).toBe(titles.length);
      expect(titles).toHaveLength(BRANCHES.length - CLEAN_BRANCHES.size);
    }
  },
  TEST_TIMEOUT_MS,
);

/** Kills the service as its `count`-th request of a kind arrives, which GitHub still does. */
async function killAt(
  count: number,
  matches: (request: IncomingMessage) => boolean | undefined,
): Promise<void> {
  let left = count;
  const arrived = Promise.withResolvers<void>();
  github.intercept = (request) => {
    if (matches(request) && --left === 0) {
      child.kill("SIGKILL");
      arrived.resolve();
    }
    return false;
  };
  await arrived.promise;
  github.intercept = () => false;
  expect(await child.ended).toBe("SIGKILL");
}

/** Starts the service, and sends it again what the one before could not take. */
async function startAgain(): Promise<void> {
  child = startChild(folder, settings);
  webhookUrl = await waitUntilReady(child);
  const { sandbox } = github;
  await sandbox.idle();
  const taken = new Set(
    sandbox.state.deliveries.filter(({ status }) => status === "OK").map(({ guid }) => guid),
  );
  const lost = sandbox.state.deliveries.filter(
    ({ guid, redelivery }) => !redelivery && !taken.has(guid),
  );
  for (const { id } of lost) sandbox.redeliver(id);
}

/** Lets a service in this process do what is left to do, and counts what is stored in the end. */
async function finishAll(): Promise<object> {
  const config = parseSettings({ PATH: process.env["PATH"], ...settings });
  const server = await startServer(config);
  const credentials = github.sandbox;
  const service = await startService({
    config,
    credentials,
    server,
    log: pino({ level: "silent" }),
  });
  await service.queue.idle();
  const { rows } = await sql<object>`
    select (select count(*)::int from deliveries where event = 'push') as pushes,
      (select count(*)::int from ranges where source = 'push') as ranges,
      (select count(*)::int from incidents) as keys,
      (select count(*)::int from pgboss.job where state = 'failed') as failed
  `.execute(service.db);
  await service.stop();
  return rows[0] ?? {};
}
