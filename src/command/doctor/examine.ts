/** Looks at everything that an installation of the service needs, one thing after another. */
import { type AppManifest, readManifest } from "../../config/app-manifest.ts";
import type { Config } from "../../config/parse-settings.ts";
import { listInstalledAccounts } from "../../github/app.ts";
import { createGitHub, type GitHub } from "../../github/client.ts";
import { GitHubError } from "../../github/failure.ts";
import type { StatusTotals } from "../read-status.ts";
import {
  checkClock,
  checkCredentials,
  checkDeliveries,
  checkEvents,
  checkPermissions,
  checkWebhook,
} from "./check-app.ts";
import { checkBranches } from "./check-branches.ts";
import { checkDataFolder, checkDisk, checkGit } from "./check-machine.ts";
import type { Diagnosis } from "./diagnosis.ts";

export interface ExamineParts {
  readonly config: Config;
  /** Asks the database; what it throws is shown. */
  readonly readTotals: () => Promise<StatusTotals>;
  readonly now: () => Date;
}

/** Yields each diagnosis as it is known; asks GitHub only, and changes nothing there or here. */
export async function* examine(parts: ExamineParts): AsyncGenerator<Diagnosis, void, void> {
  const { config } = parts;
  yield await checkGit(config.searchPath);
  yield checkDataFolder(config.dataDir);
  yield await checkDisk(config.dataDir);
  yield await checkDatabase(parts);
  if (config.credentials === undefined) {
    yield {
      about: "credentials",
      level: "warning",
      text: "none are set: the service is a sandbox",
      advice: "Set APP_ID, PRIVATE_KEY_PATH and WEBHOOK_SECRET to use it on GitHub.",
    };
    return;
  }
  const github = createGitHub(config.credentials, config.github);
  yield* examineGitHub(parts, github, config.credentials.appId);
}

async function* examineGitHub(
  { config, now }: ExamineParts,
  github: GitHub,
  appId: number,
): AsyncGenerator<Diagnosis, void, void> {
  const manifest = readManifest();
  const { diagnosis, registration } = await checkCredentials(github.app);
  yield diagnosis;
  if (registration === undefined) return;
  yield checkClock(registration.serverTime, now());
  yield checkPermissions("permissions", registration.permissions, manifest);
  yield checkEvents(registration.events, manifest);
  yield await told("webhook", () => checkWebhook(github.app, config.webhookPath));
  yield await told("deliveries", () => checkDeliveries(github.app));
  yield* examineAccounts(github, appId, manifest);
}

async function* examineAccounts(
  github: GitHub,
  appId: number,
  manifest: AppManifest,
): AsyncGenerator<Diagnosis, void, void> {
  const accounts = await listInstalledAccounts(github.app);
  if (accounts.length === 0) {
    yield {
      about: "installations",
      level: "warning",
      text: "nobody has installed the App",
      advice: "Install it from its page on GitHub.",
    };
  }
  for (const account of accounts) {
    if (account.isSuspended) {
      const text = `${account.login} has suspended the App`;
      yield { about: "installations", level: "warning", text };
      continue;
    }
    yield checkPermissions(`permissions of ${account.login}`, account.permissions, manifest);
    yield await told(`merges of ${account.login}`, () => checkBranches(github, account, appId));
  }
}

async function checkDatabase({ readTotals }: ExamineParts): Promise<Diagnosis> {
  const about = "database";
  try {
    const { repositories, jobs } = await readTotals();
    const text = `it knows ${repositories} repositories; ${jobs.waiting} jobs wait, ${jobs.dead} failed for good`;
    if (jobs.dead === 0) return { about, level: "ok", text };
    const advice = "`rekeeper status` names their repositories; the log says why they failed.";
    return { about, level: "warning", text, advice };
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    return { about, level: "problem", text: "it cannot be asked", advice: cause.message };
  }
}

/** One question that fails must not keep the answers to the others away. */
async function told(about: string, check: () => Promise<Diagnosis>): Promise<Diagnosis> {
  try {
    return await check();
  } catch (cause) {
    if (!(cause instanceof GitHubError)) throw cause;
    const advice = "Try again later; if it stays, see that the App may be asked this.";
    return { about, level: "warning", text: cause.message, advice };
  }
}
