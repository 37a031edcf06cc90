/** Turns the environment into a checked `Config`; collects every problem before it gives up. */
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { addressesOf, type GitHubAddresses } from "./addresses.ts";
import { findProblem } from "./find-problem.ts";
import { type RawSettings, SETTINGS } from "./settings.ts";

export interface Credentials {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
}

export interface Config {
  /** Absent: no credential is set, and the sandbox is wanted. */
  readonly credentials?: Credentials;
  readonly github: GitHubAddresses;
  readonly webhookPath: string;
  readonly accounts: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly databaseUrl?: string;
  readonly dataDir: string;
  readonly pepper?: string;
  readonly caFile?: string;
  /** `PATH`: where git is looked for. */
  readonly searchPath: string;
  readonly proxyUrl?: string;
  readonly cacheDays: number;
  readonly scanThreads: number;
  readonly blobBytesMax: number;
  readonly pushBytesMax: number;
  readonly issuesMax: number;
  /** Issues and comments of one installation; 0: no limit. */
  readonly contentPerMinuteMax: number;
  /** Changes of any kind of one installation; 0: no limit. */
  readonly writesPerMinuteMax: number;
}

/** The operator's settings are unusable. `message` has one sentence per problem, each on a line. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

const MEGABYTE_BYTES = 1_000_000;
const SECRET_LENGTH_MIN = 16;
const PEPPER_LENGTH_MIN = 32;
/** Secrets that documentation and frameworks use as examples; probot falls back to the first. */
const DEFAULT_SECRETS = new Set([
  "development",
  "secret",
  "changeme",
  "password",
  "webhook_secret",
]);

/**
 * @param environment usually `process.env`.
 * @returns the checked settings; `credentials` is absent when none of them is set.
 * @throws SettingsError naming every problem and what to do about it.
 */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const raw = readRaw(environment, problems);
  const credentials = readCredentials(raw, environment["NODE_ENV"] === "production", problems);
  checkPepper(raw, problems);
  if (problems.length > 0) throw new SettingsError(problems);
  return {
    ...(credentials && { credentials }),
    github: addressesOf(raw),
    webhookPath: raw.WEBHOOK_PATH ?? "",
    accounts: listOf(raw.REKEEPER_ACCOUNTS),
    host: raw.HOST ?? "",
    port: Number(raw.PORT),
    logLevel: raw.LOG_LEVEL ?? "info",
    dataDir: raw.REKEEPER_DATA_DIR ?? "",
    ...(raw.DATABASE_URL !== undefined && { databaseUrl: raw.DATABASE_URL }),
    ...(raw.REKEEPER_PEPPER !== undefined && { pepper: raw.REKEEPER_PEPPER }),
    ...(raw.NODE_EXTRA_CA_CERTS !== undefined && { caFile: raw.NODE_EXTRA_CA_CERTS }),
    ...(raw.HTTPS_PROXY !== undefined && { proxyUrl: raw.HTTPS_PROXY }),
    searchPath: environment["PATH"] ?? "",
    cacheDays: Number(raw.REKEEPER_CACHE_DAYS),
    scanThreads: Number(raw.REKEEPER_SCAN_THREADS),
    blobBytesMax: Number(raw.REKEEPER_BLOB_MEGABYTES_MAX) * MEGABYTE_BYTES,
    pushBytesMax: Number(raw.REKEEPER_PUSH_MEGABYTES_MAX) * MEGABYTE_BYTES,
    issuesMax: Number(raw.REKEEPER_ISSUES_MAX),
    contentPerMinuteMax: Number(raw.REKEEPER_CONTENT_PER_MINUTE_MAX),
    writesPerMinuteMax: Number(raw.REKEEPER_WRITES_PER_MINUTE_MAX),
  };
}

function readRaw(
  environment: Readonly<Record<string, string | undefined>>,
  problems: string[],
): RawSettings {
  const raw: RawSettings = {};
  for (const entry of SETTINGS) {
    const value = environment[entry.env]?.trim() || entry.fallback;
    if (value === undefined) continue;
    const problem = findProblem(entry, value);
    if (problem !== undefined) problems.push(`${entry.env} ${problem}.`);
    // A bad value counts as set: nobody should be told to set it as well.
    raw[entry.env] = value;
  }
  return raw;
}

function readCredentials(
  raw: RawSettings,
  isProduction: boolean,
  problems: string[],
): Credentials | undefined {
  const hasKey = raw.PRIVATE_KEY !== undefined || raw.PRIVATE_KEY_PATH !== undefined;
  const missing = [
    raw.APP_ID === undefined && "APP_ID",
    !hasKey && "PRIVATE_KEY_PATH (or PRIVATE_KEY)",
    raw.WEBHOOK_SECRET === undefined && "WEBHOOK_SECRET",
  ].filter((name) => name !== false);
  if (missing.length === 3 && !isProduction) return undefined;
  if (missing.length > 0) {
    const where = isProduction ? " in production" : ", or none of them for the sandbox";
    problems.push(`Set ${missing.join(" and ")}: all of the App's credentials are needed${where}.`);
    return undefined;
  }
  if (raw.PRIVATE_KEY !== undefined && raw.PRIVATE_KEY_PATH !== undefined) {
    problems.push("Set PRIVATE_KEY or PRIVATE_KEY_PATH, not both: two private keys are given.");
    return undefined;
  }
  const webhookSecret = raw.WEBHOOK_SECRET ?? "";
  if (DEFAULT_SECRETS.has(webhookSecret.toLowerCase())) {
    problems.push(
      "WEBHOOK_SECRET is a well-known default: set a random one, for example from `openssl rand -hex 32`, here and in the App's settings.",
    );
  } else if (webhookSecret.length < SECRET_LENGTH_MIN) {
    problems.push(`WEBHOOK_SECRET must have at least ${SECRET_LENGTH_MIN} characters.`);
  }
  const privateKey = readPrivateKey(raw, problems);
  return { appId: Number(raw.APP_ID), privateKey, webhookSecret };
}

function readPrivateKey(raw: RawSettings, problems: string[]): string {
  let text = raw.PRIVATE_KEY?.replaceAll("\\n", "\n") ?? "";
  if (raw.PRIVATE_KEY_PATH !== undefined) {
    try {
      text = readFileSync(raw.PRIVATE_KEY_PATH, "utf8");
    } catch {
      problems.push(
        `PRIVATE_KEY_PATH: the file ${raw.PRIVATE_KEY_PATH} cannot be read; check the path and its permissions.`,
      );
      return "";
    }
  }
  if (!isPrivateKey(text)) {
    problems.push(
      "The App's private key is no RSA key in PEM form: use the .pem file that GitHub let you download, unchanged.",
    );
  }
  return text;
}

function isPrivateKey(text: string): boolean {
  try {
    return createPrivateKey(text).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}

function checkPepper(raw: RawSettings, problems: string[]): void {
  if (raw.REKEEPER_PEPPER !== undefined && raw.REKEEPER_PEPPER.length < PEPPER_LENGTH_MIN) {
    problems.push(`REKEEPER_PEPPER must have at least ${PEPPER_LENGTH_MIN} characters.`);
  }
  if (raw.DATABASE_URL === undefined) return;
  if (raw.REKEEPER_PEPPER === undefined) {
    problems.push(
      "Set REKEEPER_PEPPER too: with DATABASE_URL every instance needs the same pepper, for example from `openssl rand -hex 32`.",
    );
  }
  if (!/^postgres(?:ql)?:\/\//.test(raw.DATABASE_URL)) {
    problems.push("DATABASE_URL must begin with postgres:// or postgresql://.");
  }
}

function listOf(value: string | undefined): readonly string[] {
  return (value ?? "")
    .split(",")
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== "");
}
