/** Builds every part of the service and takes it apart again; `main.ts` and the tests call it. */
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Logger } from "pino";
import type { Config, Credentials } from "./config/parse-settings.ts";
import { readPepper } from "./config/pepper.ts";
import { startControl } from "./control/server.ts";
import { findInstallation } from "./db/installations.ts";
import { dropLocks } from "./db/locks.ts";
import { recordPepper } from "./db/meta.ts";
import { type Database, openDatabase } from "./db/open.ts";
import { createPing } from "./db/ping.ts";
import { getRepository } from "./db/repositories.ts";
import type { Db } from "./db/schema.ts";
import { spendingLimitsOf, takeSpending } from "./db/spending.ts";
import { createGitHub } from "./github/client.ts";
import { cleanUp } from "./job/clean-up.ts";
import { adoptOwnRules } from "./job/own/adopt-own-rules.ts";
import { createOwnRuleTrials } from "./job/own/own-rule-trials.ts";
import type { JobParts } from "./job/parts.ts";
import { createPolicyCache } from "./job/policy-file.ts";
import { reconcileInstallation } from "./job/reconcile-installation.ts";
import { reconcileRepository } from "./job/reconcile-repository.ts";
import { recover } from "./job/recover.ts";
import { rehomeRepository } from "./job/rehome-repository.ts";
import { reportBacklog } from "./job/report-backlog.ts";
import { reportHead } from "./job/report-head.ts";
import { reportPolicy } from "./job/report-policy.ts";
import { reportSubject } from "./job/report-subject.ts";
import { createRequiredBranches } from "./job/required-branches.ts";
import { scanHistory } from "./job/scan-history.ts";
import { createScanPool, type ScanPool } from "./job/scan-pool.ts";
import { scanRange } from "./job/scan-range.ts";
import { createTextScan } from "./job/scan-text.ts";
import { warnOfPublicRepositories } from "./job/warn-of-public.ts";
import { describeError } from "./lib/describe-error.ts";
import { lockFolder } from "./lib/folder-lock.ts";
import { deriveKey } from "./lib/hmac.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import type { InstallationId } from "./model/ids.ts";
import { listJobCounts } from "./queue/job-counts.ts";
import { openQueue, type Queue } from "./queue/open.ts";
import { parseCompiledRules } from "./rules/load.ts";
import type { Launch } from "./source/git-process.ts";
import { DEFAULT_GIT_LIMITS } from "./source/git-settings.ts";
import { createGitSource, type GitSource } from "./source/git-source.ts";
import { getGitVersion } from "./source/git-version.ts";
import { removeStaleJobFolders } from "./source/job-folder.ts";
import { createLauncher } from "./source/launcher.ts";
import { createDoor, type Door } from "./webhook/door.ts";
import { createIntake } from "./webhook/intake.ts";
import type { HttpServer } from "./webhook/server.ts";

export interface Service {
  readonly db: Db;
  readonly queue: Queue;
  /** Finishes or hands back what runs, and frees the data folder. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly config: Config;
  readonly credentials: Credentials;
  /** Already listening, so that `/ping` answers while the rest starts. */
  readonly server: HttpServer;
  readonly log: Logger;
  readonly now?: () => Date;
}

const BUILD_DIR = join(import.meta.dirname, "..", "build");
/** Jobs that do not listen when they are told to stop; containers are killed after ten seconds. */
const STOP_TIMEOUT_MS = 8_000;
/** Design section 4.2: a scan that is not done by then shows a check in progress. */
const SHOW_PROGRESS_AFTER_MS = 1_500;
const GIT_VERSION_TIMEOUT_MS = 10_000;
const DAY_MS = 86_400_000;

/**
 * Opens the database, starts queue and workers, and opens the door last: a webhook is taken only
 * when it can be stored.
 *
 * @throws SettingsError or FolderLockedError with one sentence that says what to do.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { dataDir } = options.config;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // Whichever database is used: two processes would delete each other's folders in the git cache.
  const lock = lockFolder(join(dataDir, "service.lock"));
  try {
    const service = await startLocked(options);
    return {
      ...service,
      stop: () => service.stop().finally(() => lock.release()),
    };
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

async function startLocked(options: ServiceOptions): Promise<Service> {
  const { config, log } = options;
  const pepper = readPepper(config.pepper, config.dataDir);
  const database = await openDatabase({
    ...(config.databaseUrl !== undefined && { databaseUrl: config.databaseUrl }),
    dataDir: config.dataDir,
    templatePath: join(BUILD_DIR, "pglite-template.tar.gz"),
  });
  try {
    await recordPepper(database.db, pepper);
    return await startQueue(options, database, pepper);
  } catch (cause) {
    await database.close();
    throw cause;
  } finally {
    log.debug({ dataDir: config.dataDir }, "database opened");
  }
}

async function startQueue(
  options: ServiceOptions,
  database: Database,
  pepper: string,
): Promise<Service> {
  const { log } = options;
  if (database.pglite !== undefined) await dropLocks(database.db);
  const metrics = createMetrics(() => listJobCounts(database.db));
  const queue = await openQueue(database, {
    onError: (error) => log.error({ error: describeError(error) }, "the queue reported an error"),
    onPostponed: (name) => metrics.countPostponed(name),
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  try {
    return await startParts(options, { database, queue, pepper, metrics });
  } catch (cause) {
    await queue.stop();
    throw cause;
  }
}

interface Opened {
  readonly database: Database;
  readonly queue: Queue;
  readonly pepper: string;
  readonly metrics: Metrics;
}

async function startParts(options: ServiceOptions, opened: Opened): Promise<Service> {
  const { config, credentials, server, log } = options;
  const { database, queue, pepper, metrics } = opened;
  const now = options.now ?? (() => new Date());
  const door = Promise.withResolvers<Door>();
  const receive: JobParts["receive"] = async (event) => (await door.promise).receive(event);
  const cacheDir = await prepareCaches(config);
  const launcher = await createLauncher(cacheDir);
  const source = await openSource(config, cacheDir, launcher.launch);
  const parts = await createJobParts(options, { ...opened, now, receive, source });
  const intake = createIntake(database.db, queue, now);
  const textPool = createScanPool({ rules: parts.rules, threadCount: 1 });
  const scanText = createTextScan(parts, textPool);
  const { countDelivery } = metrics;
  door.resolve(
    await createDoor({ config, credentials, intake, scanText, countDelivery, now, log }),
  );
  await startWork(parts, queue);
  const caches = startDroppingCaches(parts, config);
  const control = await startControl({
    dataDir: config.dataDir,
    parts: {
      database,
      db: database.db,
      dataDir: config.dataDir,
      readPepper: () => pepper,
      webUrl: config.github.webUrl,
      issuesMax: config.issuesMax,
      now,
    },
    log,
  });
  server.open({
    door: (await door.promise).middleware,
    status: { isDatabaseUp: createPing(database.db), renderMetrics: () => metrics.render() },
  });
  await warnOfPublicRepositories(parts);
  return {
    db: database.db,
    queue,
    async stop() {
      await server.close();
      await control.close();
      caches.stop();
      await queue.stop();
      await parts.pool.close();
      await textPool.close();
      await launcher.close();
      await database.close();
    },
  };
}

/** Every five minutes: GitHub keeps what it could not deliver for three days. */
const RECOVER_CRON = "*/5 * * * *";
/** Once a day, at an hour at which little is pushed in most places. */
const CLEAN_UP_CRON = "17 3 * * *";

async function startWork(parts: JobParts, queue: Queue): Promise<void> {
  await queue.work("scan-range", (data, context) => scanRange(parts, data, context));
  await queue.work("report-head", (data) => reportHead(parts, data));
  await queue.work("report-subject", (data) => reportSubject(parts, data));
  await queue.work("report-backlog", (data) => reportBacklog(parts, data));
  await queue.work("report-policy", (data) => reportPolicy(parts, data));
  await queue.work("rehome-repository", (data) => rehomeRepository(parts, data));
  await queue.work("scan-history", (data, context) => scanHistory(parts, data, context));
  await queue.work("adopt-own-rules", (data) => adoptOwnRules(parts, data));
  await queue.work("reconcile-repository", (data, context) =>
    reconcileRepository(parts, data, context),
  );
  await queue.work("reconcile-installation", (data) => reconcileInstallation(parts, data));
  await queue.work("recover", () => recover(parts));
  await queue.work("clean-up", (_data, context) => cleanUp(parts, context));
  await queue.schedule("recover", RECOVER_CRON, {});
  await queue.schedule("clean-up", CLEAN_UP_CRON, {});
  await parts.db.transaction().execute((trx) => queue.enqueue(trx, "recover", {}));
  queue.wake("recover");
}

async function createJobParts(
  { config, credentials, log }: ServiceOptions,
  open: Opened & Pick<JobParts, "now" | "receive" | "source">,
): Promise<JobParts & { readonly pool: ScanPool }> {
  const rules = parseCompiledRules(readFileSync(join(BUILD_DIR, "rules.json"), "utf8"));
  const { db } = open.database;
  const pool = createScanPool({ rules, threadCount: config.scanThreads });
  const github = createGitHub(credentials, config.github, {
    spend: (installationId, kind) =>
      takeSpending(db, spendingLimitsOf(config), { installationId, kind, now: open.now() }),
    answered: open.metrics.countAnswer,
  });
  return {
    db,
    queue: open.queue,
    github,
    receive: open.receive,
    policyCache: createPolicyCache(),
    requiredBranches: createRequiredBranches(github, open.now),
    appId: credentials.appId,
    rules,
    pool,
    ownRules: createOwnRuleTrials((source) => pool.tryOwnRule(source)),
    source: open.source,
    limits: {
      blobBytesMax: config.blobBytesMax,
      pushBytesMax: config.pushBytesMax,
      issuesMax: config.issuesMax,
      showProgressAfterMs: SHOW_PROGRESS_AFTER_MS,
    },
    fingerprintKey: (accountId) => deriveKey(open.pepper, `rekeeper fingerprint ${accountId}`),
    serves: (installationId, repositoryId) =>
      isServed(db, config, { installationId, repositoryId }),
    observeScan: open.metrics.observeScan,
    now: open.now,
    log,
  };
}

/** @returns the folder of git's caches, rid of what a killed process left. */
async function prepareCaches(config: Config): Promise<string> {
  const cacheDir = resolve(config.dataDir, "git");
  mkdirSync(cacheDir, { recursive: true, mode: 0o700 });
  await removeStaleJobFolders(cacheDir);
  return cacheDir;
}

/**
 * Drops unused caches now and once a day. By a clock of this process and not by a job: a job runs
 * on one of several instances, and each has caches of its own.
 */
function startDroppingCaches(
  { source, now, log }: JobParts,
  { cacheDays }: Config,
): { stop(): void } {
  const stopping = new AbortController();
  const drop = (): void => {
    const usedBefore = new Date(now().getTime() - cacheDays * DAY_MS);
    source.dropUnusedCaches(usedBefore, stopping.signal).catch((cause: unknown) => {
      log.warn({ error: describeError(cause) }, "unused git caches could not be dropped");
    });
  };
  drop();
  const timer = setInterval(drop, DAY_MS);
  return {
    stop() {
      clearInterval(timer);
      stopping.abort();
    },
  };
}

async function openSource(config: Config, cacheDir: string, launch: Launch): Promise<GitSource> {
  const settings = {
    cacheDir,
    launch,
    environment: {
      path: config.searchPath,
      ...(config.proxyUrl !== undefined && { httpsProxy: config.proxyUrl }),
      ...(config.caFile !== undefined && { certificatesFile: config.caFile }),
    },
    limits: { ...DEFAULT_GIT_LIMITS, packBytesMax: config.pushBytesMax },
  };
  await getGitVersion(settings, AbortSignal.timeout(GIT_VERSION_TIMEOUT_MS));
  return createGitSource(settings);
}

/** False for what is suspended, archived or gone, and for accounts that are not listed. */
async function isServed(
  db: Db,
  { accounts }: Config,
  ids: { readonly installationId: InstallationId; readonly repositoryId: number | undefined },
): Promise<boolean> {
  const installation = await findInstallation(db, ids.installationId);
  if (installation?.state !== "active") return false;
  if (ids.repositoryId !== undefined) {
    const { state } = await getRepository(db, ids.repositoryId);
    if (state !== "active") return false;
  }
  return accounts.length === 0 || accounts.includes(installation.account_login.toLowerCase());
}
