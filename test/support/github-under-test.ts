/** The stand-in GitHub on a port of its own, with real repositories to push from. */
import { execFile } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import type { NewRepository } from "../../src/sandbox/act/repositories.ts";
import type { Issue, IssueComment } from "../../src/sandbox/conversation.ts";
import type { Exchange } from "../../src/sandbox/rest/exchange.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import type { CheckRun } from "../../src/sandbox/state.ts";
import { startServer } from "../../src/webhook/server.ts";
import { observeContract } from "./contract.ts";
import { createTestRepo, type TestRepo } from "./git-repo.ts";

const run = promisify(execFile);

export interface GitHubUnderTest {
  readonly sandbox: Sandbox;
  /** Base address of REST, git and pages. */
  readonly url: string;
  /** Looks at each request first; true means that it has answered. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** A new repository on the stand-in, with a local one to build commits in. */
  repository(name: string, options?: Partial<NewRepository>): Promise<RepositoryUnderTest>;
  stop(): Promise<void>;
}

export interface RepositoryUnderTest extends TestRepo {
  readonly name: string;
  /** Pushes refs (`main`, `+x:y`, `--tags`) and waits until all is reported. */
  push(...refs: string[]): Promise<void>;
  /** Pushes without waiting for the App. */
  pushOnly(...refs: string[]): Promise<void>;
  /** The check runs of this App on a commit. */
  checks(commit: string): readonly CheckRun[];
  /** The one check run of a commit; throws unless there is exactly one. */
  check(commit: string): CheckRun;
  issues(): readonly Issue[];
  /** Comments of the App on an issue or pull request. */
  comments(number: number): readonly IssueComment[];
  /** Pushes to somebody's fork of this repository. */
  pushToFork(url: string, ...refs: string[]): Promise<void>;
}

export interface GitHubOptions {
  /** Takes the repositories of both sides. */
  readonly folder: string;
  /** Where webhooks go; asked for each. */
  readonly webhookUrl: () => string;
  readonly log: {
    info(fields: object, text: string): void;
    warn(fields: object, text: string): void;
  };
  /** What `push` waits for. */
  readonly idle: () => Promise<void>;
  /** Hears of each request; by default it is held against GitHub's own description of its API. */
  readonly observe?: (exchange: Exchange) => void;
}

export async function startGitHub(options: GitHubOptions): Promise<GitHubUnderTest> {
  const holder: { sandbox?: Sandbox } = {};
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    webhookPath: "/none",
    async fallback(request, response) {
      if (!self.intercept(request, response)) await holder.sandbox?.handle(request, response);
    },
  });
  const sandbox = await createSandbox({
    dataDir: join(options.folder, "github"),
    baseUrl: () => server.url,
    webhook: () => ({ url: options.webhookUrl(), secret: sandbox.webhookSecret }),
    now: () => new Date(),
    log: options.log,
    observe: options.observe ?? observeContract("app"),
  });
  holder.sandbox = sandbox;
  const self: GitHubUnderTest = {
    sandbox,
    url: server.url,
    intercept: () => false,
    repository: (name, wanted) =>
      createRepository(sandbox, options, { name, private: true, ...wanted }),
    async stop() {
      await sandbox.stop();
      await server.close();
    },
  };
  return self;
}

async function createRepository(
  sandbox: Sandbox,
  { folder, idle }: GitHubOptions,
  wanted: NewRepository,
): Promise<RepositoryUnderTest> {
  const { name } = wanted;
  await sandbox.createRepository(wanted);
  const repo = createTestRepo(join(folder, `${name}-local.git`));
  // In this process the stand-in answers the push, so it must not be waited for synchronously.
  const pushTo = async (url: string, ...refs: string[]): Promise<void> => {
    const args = [`--git-dir=${repo.gitDir}`, "push", "--quiet", url, ...refs];
    await run("git", args, { env: { PATH: process.env["PATH"], HOME: folder } });
  };
  const pushOnly = (...refs: string[]): Promise<void> => pushTo(sandbox.pushUrl(name), ...refs);
  const checks = (commit: string): readonly CheckRun[] =>
    sandbox.state.checkRuns.filter(
      (check) => check.suite.repository.name === name && check.suite.headSha === commit,
    );
  return {
    ...repo,
    name,
    pushOnly,
    checks,
    comments: (number) =>
      sandbox.state.comments.filter(
        (comment) =>
          comment.issue.repository.name === name &&
          comment.issue.number === number &&
          comment.author.type === "Bot",
      ),
    async pushToFork(url, ...refs) {
      await pushTo(url, ...refs);
      await idle();
    },
    async push(...refs) {
      await pushOnly(...refs);
      await idle();
    },
    check(commit) {
      const [first, ...others] = checks(commit);
      if (first === undefined || others.length > 0) {
        throw new Error(`expected one check of ${commit}, there are ${checks(commit).length}`);
      }
      return first;
    },
    issues: () => sandbox.state.issues.filter((issue) => issue.repository.name === name),
  };
}
