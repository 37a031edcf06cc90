/** The whole App beside a stand-in GitHub: real HTTP, real git, a real database, no mocks. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pino } from "pino";
import { type Config, parseSettings } from "../../src/config/parse-settings.ts";
import type { JobData, JobName } from "../../src/queue/jobs.ts";
import { type Service, startService } from "../../src/service.ts";
import { type HttpServer, startServer } from "../../src/webhook/server.ts";
import { type GitHubUnderTest, startGitHub } from "./github-under-test.ts";

export interface AppUnderTest extends GitHubUnderTest {
  readonly dataDir: string;
  readonly config: Config;
  service(): Service;
  /** Where webhooks go at this moment. */
  webhookUrl(): string;
  /** Everything that was logged so far. */
  log(): string;
  /** What the service takes for the time from now on; undefined: what it is. */
  setNow(now: Date | undefined): void;
  /** Has a job done at once, and waits until all is idle. */
  run<Name extends JobName>(name: Name, data: JobData[Name]): Promise<void>;
  /** Resolves when every webhook is answered and every job is done. */
  idle(): Promise<void>;
  stopService(): Promise<void>;
  /** Stops and starts the service, and waits until all is idle. */
  restart(): Promise<void>;
  /** @param changes to the settings of this start. */
  startService(changes?: Partial<Config>): Promise<void>;
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
  const log = pino({ level: "trace" }, collectInto(logged));
  const holder: { door?: HttpServer; service?: Service; now?: Date | undefined } = {};
  const config = parseSettings({
    PATH: process.env["PATH"],
    PORT: "0",
    REKEEPER_DATA_DIR: dataDir,
    // Tests write more in a minute than GitHub takes; those of the limits set their own.
    REKEEPER_CONTENT_PER_MINUTE_MAX: "0",
    REKEEPER_WRITES_PER_MINUTE_MAX: "0",
    ...(setup.databaseUrl && { DATABASE_URL: setup.databaseUrl, REKEEPER_PEPPER: "p".repeat(40) }),
    ...setup.environment,
  });
  const webhookUrl = (): string => `${holder.door?.url}${config.webhookPath}`;
  const service = (): Service => {
    if (holder.service === undefined) throw new Error("the service is stopped");
    return holder.service;
  };
  const idle = async (): Promise<void> => {
    await github.sandbox.idle();
    await service().queue.idle();
    // A check that was just completed sends webhooks of its own.
    await github.sandbox.idle();
  };
  const github = await startGitHub({ folder, webhookUrl, log, idle });
  const start = async (changes: Partial<Config> = {}): Promise<void> => {
    holder.door = await startServer(config);
    holder.service = await startService({
      config: {
        ...config,
        ...changes,
        github: { apiUrl: `${github.url}/api/v3`, webUrl: github.url },
      },
      credentials: github.sandbox,
      server: holder.door,
      now: () => holder.now ?? new Date(),
      log,
    });
  };
  const stopService = async (): Promise<void> => {
    await holder.service?.stop();
    delete holder.service;
  };
  await start();
  github.sandbox.announceInstallation();
  await idle();
  const { stop: stopGitHub } = github;
  return Object.assign(github, {
    dataDir,
    config,
    service,
    setNow(now: Date | undefined) {
      holder.now = now;
    },
    async run<Name extends JobName>(name: Name, data: JobData[Name]) {
      const { db, queue } = service();
      await db.transaction().execute((trx) => queue.enqueue(trx, name, data));
      queue.wake(name);
      await idle();
    },
    webhookUrl,
    idle,
    log: () => logged.join(""),
    stopService,
    startService: start,
    async restart() {
      await stopService();
      await start();
      await idle();
    },
    async stop() {
      await stopService();
      await stopGitHub();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

function collectInto(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString("utf8"));
      done();
    },
  });
}
