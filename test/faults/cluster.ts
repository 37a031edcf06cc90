/** Services as processes of their own, beside a stand-in GitHub that spreads webhooks over them. */
import { writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { sleep } from "../../src/lib/sleep.ts";
import {
  type ChildService,
  settingsFor,
  startChild,
  waitUntilReady,
} from "../support/child-service.ts";
import { type GitHubUnderTest, startGitHub } from "../support/github-under-test.ts";
import {
  countFaults,
  type Faults,
  type Head,
  isChecked,
  makeHeads,
} from "../support/pushed-heads.ts";
import { waitFor } from "../support/wait-for.ts";

export interface Cluster {
  readonly github: GitHubUnderTest;
  /** Kills a service with SIGKILL; no webhook is sent to it from then on. */
  kill(index: number): Promise<void>;
  /** Starts it again, as a supervisor would; it gets webhooks once it is ready. */
  start(index: number): Promise<void>;
  /** Starts those again that ended by themselves. @returns how many. */
  startEnded(): Promise<number>;
  /** Resolves as GitHub gets the `count`-th request of a kind, which is then still answered. */
  nthRequest(count: number, matches: (request: IncomingMessage) => boolean): Promise<void>;
  /** Webhooks that no service took so far. */
  lostDeliveries(): number;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly folder: string;
  /** One service for each; its settings beyond those that every service needs. */
  readonly services: readonly Readonly<Record<string, string>>[];
  readonly launcher?: readonly string[];
}

interface Member {
  child: ChildService;
  url: string;
  isUp: boolean;
}

const SILENT = { info: () => undefined, warn: () => undefined };

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const members: Member[] = [];
  let turn = 0;
  const github: GitHubUnderTest = await startGitHub({
    folder: options.folder,
    log: SILENT,
    observe: () => undefined,
    idle: () => github.sandbox.idle(),
    webhookUrl() {
      const up = members.filter(({ isUp }) => isUp);
      turn += 1;
      return (up[turn % up.length] ?? members[turn % members.length])?.url ?? "";
    },
  });
  const launch = (index: number): ChildService => {
    const { folder, services, launcher } = options;
    const settings = settingsFor(github, join(folder, `service-${index}`));
    return startChild(folder, { ...settings, ...services[index] }, launcher);
  };
  const start = async (index: number): Promise<void> => {
    const child = launch(index);
    const member: Member = { child, url: members[index]?.url ?? "", isUp: false };
    members[index] = member;
    void child.ended.then(() => {
      member.isUp = false;
    });
    member.url = await waitUntilReady(child);
    member.isUp = true;
  };
  await Promise.all(options.services.map((_, index) => start(index)));
  github.sandbox.announceInstallation();
  await github.sandbox.idle();
  return {
    github,
    start,
    async kill(index) {
      const member = members[index];
      if (member === undefined) return;
      member.isUp = false;
      member.child.kill("SIGKILL");
      await member.child.ended;
    },
    async startEnded() {
      const ended = members.flatMap(({ isUp }, index) => (isUp ? [] : [index]));
      for (const index of ended) await start(index);
      return ended.length;
    },
    nthRequest: (count, matches) => nthRequest(github, count, matches),
    lostDeliveries: () => countLost(github),
    async stop() {
      for (const { child } of members) child.kill("SIGTERM");
      await Promise.all(members.map(({ child }) => child.ended));
      for (const [index, { child }] of members.entries()) {
        writeFileSync(join(options.folder, `service-${index}.log`), child.output());
      }
      await github.stop();
    },
  };
}

async function nthRequest(
  github: GitHubUnderTest,
  count: number,
  matches: (request: IncomingMessage) => boolean,
): Promise<void> {
  let left = count;
  const arrived = Promise.withResolvers<void>();
  github.intercept = (request) => {
    if (matches(request) && --left === 0) arrived.resolve();
    return false;
  };
  await arrived.promise;
  github.intercept = () => false;
}

function countLost({ sandbox }: GitHubUnderTest): number {
  const { deliveries } = sandbox.state;
  const taken = new Set(deliveries.filter(({ status }) => status === "OK").map(({ guid }) => guid));
  const lost = deliveries.filter(({ status, guid }) => status !== "pending" && !taken.has(guid));
  return new Set(lost.map(({ guid }) => guid)).size;
}

const BRANCHES_PER_REPOSITORY = 20;
/** Fewer keys than a repository may have open issues. */
const CLEAN_BRANCHES = new Set([1, 4, 7, 10, 13, 16].map((index) => `b${index}`));
/** How often the schedule takes in what was missed, and time to do it in. */
const CHECKED_TIMEOUT_MS = 480_000;
/** What is doubled may come late: a job that was handed to somebody else, a lease that ran out. */
const AFTERWARDS_MS = 35_000;

/** Makes heads in new repositories of the stand-in, twenty in each. */
export async function makeManyHeads({ github }: Cluster, count: number): Promise<readonly Head[]> {
  const heads: Head[] = [];
  for (let index = 0; heads.length < count; index += 1) {
    const branches = Array.from(
      { length: Math.min(BRANCHES_PER_REPOSITORY, count - heads.length) },
      (_, branch) => `b${branch}`,
    );
    const repo = await github.repository(`r${index}`);
    heads.push(...makeHeads(repo, branches, CLEAN_BRANCHES));
  }
  return heads;
}

/** Pushes them all, the branches of a repository in one push after the other of four. */
export async function pushAll(heads: readonly Head[]): Promise<void> {
  const byRepo = Map.groupBy(heads, ({ repo }) => repo);
  await Promise.all(
    [...byRepo].map(async ([repo, ofRepo]) => {
      for (let start = 0; start < ofRepo.length; start += BRANCHES_PER_PUSH) {
        const end = Math.min(start + BRANCHES_PER_PUSH, ofRepo.length);
        const branches = Array.from({ length: end - start }, (_, index) => `b${start + index}`);
        await repo.pushOnly(...branches);
      }
    }),
  );
}

const BRANCHES_PER_PUSH = 4;

/**
 * Waits until every head is checked, or for as long as that may take, and counts what is wrong.
 * `seconds` passed before the last check.
 */
export async function settle(
  cluster: Cluster,
  heads: readonly Head[],
): Promise<{ readonly faults: Faults; readonly seconds: number }> {
  const startedAt = performance.now();
  const isOver = (): boolean => heads.every(isChecked);
  await waitFor("every check", isOver, CHECKED_TIMEOUT_MS).catch(() => undefined);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  await sleep(AFTERWARDS_MS);
  await cluster.github.sandbox.idle();
  return { faults: countFaults(heads), seconds };
}
