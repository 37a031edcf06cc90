/** The whole App beside a stand-in GitHub: real HTTP, real git, a real database, no mocks. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { promisify } from "node:util";
import { pino } from "pino";
import { type Config, parseSettings } from "../../src/config/parse-settings.ts";
import type { NewRepository } from "../../src/sandbox/act/repositories.ts";
import type { Issue, IssueComment } from "../../src/sandbox/conversation.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import type { CheckRun } from "../../src/sandbox/state.ts";
import { type Service, startService } from "../../src/service.ts";
import { type HttpServer, startServer } from "../../src/webhook/server.ts";
import { observeContract } from "./contract.ts";
import { createTestRepo, type TestRepo } from "./git-repo.ts";

const run = promisify(execFile);

export interface AppUnderTest {
  readonly sandbox: Sandbox;
  readonly dataDir: string;
  readonly config: Config;
  /** Base address of the stand-in, and of the App's door beside it. */
  readonly url: string;
  service(): Service;
  /** Everything that was logged so far. */
  log(): string;
  /** A new repository on the stand-in, with a local one to build commits in. */
  repository(name: string, options?: Partial<NewRepository>): Promise<RepositoryUnderTest>;
  /** Resolves when every webhook is answered and every job is done. */
  idle(): Promise<void>;
  stopService(): Promise<void>;
  startService(): Promise<void>;
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

interface Setup {
  readonly databaseUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts both; stop it in `afterAll`. */
export async function startApp(setup: Setup = {}): Promise<AppUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "rekeeper-test-"));
  const dataDir = join(folder, "rekeeper");
  const logged: string[] = [];
  const log = pino({ level: "debug" }, collectInto(logged));
  const holder: { door?: HttpServer; service?: Service; sandbox?: Sandbox } = {};
  const config = parseSettings({
    PATH: process.env["PATH"],
    PORT: "0",
    REKEEPER_DATA_DIR: dataDir,
    ...(setup.databaseUrl && { DATABASE_URL: setup.databaseUrl, REKEEPER_PEPPER: "p".repeat(40) }),
    ...setup.environment,
  });
  const github = await startServer({
    host: "127.0.0.1",
    port: 0,
    webhookPath: "/none",
    fallback: async (request, response) => await holder.sandbox?.handle(request, response),
  });
  const sandbox = await createSandbox({
    dataDir: join(folder, "github"),
    baseUrl: () => github.url,
    webhook: () => ({
      url: `${holder.door?.url}${config.webhookPath}`,
      secret: sandbox.webhookSecret,
    }),
    now: () => new Date(),
    log,
    observe: observeContract("app"),
  });
  holder.sandbox = sandbox;
  const start = async (): Promise<void> => {
    holder.door = await startServer(config);
    holder.service = await startService({
      config: { ...config, github: { apiUrl: `${github.url}/api/v3`, webUrl: github.url } },
      credentials: sandbox,
      server: holder.door,
      log,
    });
  };
  const stopService = async (): Promise<void> => {
    await holder.service?.stop();
    delete holder.service;
  };
  await start();
  sandbox.announceInstallation();
  const service = (): Service => {
    if (holder.service === undefined) throw new Error("the service is stopped");
    return holder.service;
  };
  const idle = async (): Promise<void> => {
    await sandbox.idle();
    await service().queue.idle();
    // A check that was just completed sends webhooks of its own.
    await sandbox.idle();
  };
  await idle();
  return {
    sandbox,
    dataDir,
    config,
    url: github.url,
    service,
    idle,
    log: () => logged.join(""),
    stopService,
    startService: start,
    repository: (name, options) => createRepository({ sandbox, folder, idle }, name, options),
    async stop() {
      await stopService();
      await sandbox.stop();
      await github.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function createRepository(
  app: { readonly sandbox: Sandbox; readonly folder: string; idle(): Promise<void> },
  name: string,
  options: Partial<NewRepository> = {},
): Promise<RepositoryUnderTest> {
  const { sandbox } = app;
  await sandbox.createRepository({ name, private: true, ...options });
  const repo = createTestRepo(join(app.folder, `${name}-local.git`));
  // In this process the stand-in answers the push, so it must not be waited for synchronously.
  const pushTo = async (url: string, ...refs: string[]): Promise<void> => {
    const args = [`--git-dir=${repo.gitDir}`, "push", "--quiet", url, ...refs];
    await run("git", args, { env: { PATH: process.env["PATH"], HOME: app.folder } });
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
      await app.idle();
    },
    async push(...refs) {
      await pushOnly(...refs);
      await app.idle();
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

function collectInto(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString("utf8"));
      done();
    },
  });
}
