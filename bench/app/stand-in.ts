/** The stand-in GitHub as a process of its own, so that its work and its git are not counted as ours. */
import { mkdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import {
  type GitHubUnderTest,
  type RepositoryUnderTest,
  startGitHub,
} from "../../test/support/github-under-test.ts";
import { waitFor } from "../../test/support/wait-for.ts";
import { growRepository } from "./grow-repository.ts";
import { busyMsWithin, type Interval } from "./intervals.ts";

export type Order =
  | { readonly do: "doors"; readonly urls: readonly string[] }
  | { readonly do: "announce" }
  | { readonly do: "grow"; readonly name: string; readonly objectCount: number }
  | { readonly do: "push one by one"; readonly name: string; readonly count: number }
  | { readonly do: "push at once"; readonly names: readonly string[]; readonly count: number }
  | { readonly do: "payload" };

/** Of one push: from its webhook to its completed check, and how long GitHub worked on our requests. */
export interface PushTimes {
  readonly totalMs: number;
  readonly standInMs: number;
}

/** What each order is answered with; `failed` says why one could not be carried out. */
export type Reply = { readonly value: unknown } | { readonly failed: string };

const SILENT = { info: () => undefined, warn: () => undefined };
const CHECK_TIMEOUT_MS = 600_000;
const PAUSE_MS = 300;

const [, , folder = ""] = process.argv;
let doors: readonly string[] = [];
let turn = 0;
const requests: Interval[] = [];
const repositories = new Map<string, RepositoryUnderTest>();
const github: GitHubUnderTest = await startGitHub({
  folder,
  log: SILENT,
  observe: () => undefined,
  idle: () => github.sandbox.idle(),
  webhookUrl: () => doors[turn++ % doors.length] ?? "",
});
github.intercept = watchRequest;
const { appId, installationId, privateKey, webhookSecret } = github.sandbox;
process.on("message", (order: Order) => {
  perform(order).then(
    (value) => process.send?.({ value }),
    (cause: unknown) => process.send?.({ failed: String(cause) }),
  );
});
process.on("disconnect", () => process.exit());
process.send?.({
  value: { url: github.url, sandbox: { appId, installationId, privateKey, webhookSecret } },
});

async function perform(order: Order): Promise<unknown> {
  switch (order.do) {
    case "doors":
      doors = order.urls;
      return undefined;
    case "announce":
      github.sandbox.announceInstallation();
      return await github.sandbox.idle();
    case "grow":
      return await grow(order.name, order.objectCount);
    case "push one by one":
      return await pushOneByOne(order.name, order.count);
    case "push at once":
      return await pushAtOnce(order.names, order.count);
    case "payload":
      return await makePayload();
  }
}

function watchRequest(_request: IncomingMessage, response: ServerResponse): boolean {
  const interval = { from: performance.now(), to: Number.POSITIVE_INFINITY };
  requests.push(interval);
  response.once("close", () => {
    interval.to = performance.now();
  });
  return false;
}

/** The App is let in after the history is there, as when somebody installs it. */
async function grow(name: string, objectCount: number): Promise<number> {
  const { people, state } = github.sandbox;
  const repo = await github.repository(name);
  await github.sandbox.idle();
  people.removeFromInstallation(name);
  const remote = state.repositories.find((one) => one.name === name);
  const gitDir = join(folder, "github", "git", `${remote?.id}.git`);
  const made = await growRepository(gitDir, objectCount);
  // The pusher need not have what it builds on twice.
  mkdirSync(join(repo.gitDir, "objects", "info"), { recursive: true });
  writeFileSync(join(repo.gitDir, "objects/info/alternates"), `${join(gitDir, "objects")}\n`);
  repo.git("update-ref", "refs/heads/main", made.tip);
  repositories.set(name, repo);
  people.addToInstallation(name);
  await github.sandbox.idle();
  return made.objectCount;
}

async function pushOneByOne(name: string, count: number): Promise<readonly PushTimes[]> {
  const repo = await repositoryOf(name);
  const times: PushTimes[] = [];
  for (let index = 0; index < count; index += 1) {
    const commit = commitTo(repo, "main", index);
    requests.length = 0;
    const checked = completion(repo, commit);
    await repo.pushOnly("main");
    const to = await checked;
    const delivery = github.sandbox.state.deliveries.findLast(({ event }) => event === "push");
    const from = (delivery?.deliveredAt.getTime() ?? 0) - performance.timeOrigin;
    times.push({ totalMs: to - from, standInMs: busyMsWithin(requests, { from, to }) });
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return times;
}

/** @returns milliseconds from the first webhook to the last check. */
async function pushAtOnce(names: readonly string[], count: number): Promise<number> {
  const repos = await Promise.all(names.map(repositoryOf));
  const branches = Array.from({ length: count / names.length }, (_, index) => `b${index}`);
  const commits = repos.flatMap((repo) =>
    branches.map((branch, index) => ({ repo, commit: commitTo(repo, branch, index) })),
  );
  const startedAt = performance.now();
  await Promise.all(repos.map((repo) => repo.pushOnly(...branches)));
  await Promise.all(commits.map(({ repo, commit }) => completion(repo, commit)));
  return performance.now() - startedAt;
}

async function repositoryOf(name: string): Promise<RepositoryUnderTest> {
  const known = repositories.get(name);
  if (known !== undefined) return known;
  const repo = await github.repository(name);
  repo.commit({ files: { "README.md": `# ${name}\n` } });
  repositories.set(name, repo);
  await repo.push("main");
  return repo;
}

let version = 0;

function commitTo(repo: RepositoryUnderTest, branch: string, index: number): string {
  version += 1;
  const [tip] = repo.git("rev-parse", "refs/heads/main").split("\n");
  const parents = [tip as ReturnType<typeof repo.blob>];
  const files = { [`src/f${index}.ts`]: `export const version = ${version};\n`.repeat(40) };
  return repo.commit({ branch, parents, files });
}

/** When the check of a commit is completed, in this process's time. */
async function completion(repo: RepositoryUnderTest, commit: string): Promise<number> {
  const isDone = (): boolean => repo.checks(commit).some(({ status }) => status === "completed");
  const { promise, resolve } = Promise.withResolvers<number>();
  const end = github.sandbox.state.subscribe(() => {
    if (isDone()) resolve(performance.now());
  });
  const timer = setTimeout(() => resolve(Number.NaN), CHECK_TIMEOUT_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    end();
  }
}

/** What GitHub sends when somebody writes a comment, to be sent many times over. */
async function makePayload(): Promise<object> {
  const repo = await repositoryOf("talk");
  const { people, state } = github.sandbox;
  const issue = people.openIssue({
    repository: repo.name,
    title: "Slow build",
    body: "The build takes long, and longer each week.\n".repeat(20),
  });
  const line = "It is the cache of the packages: with a fresh one it takes a minute.\n";
  people.comment(issue, line.repeat(20));
  return await waitFor(
    "the comment's webhook",
    () => state.deliveries.findLast(({ event }) => event === "issue_comment")?.payload,
  );
}
