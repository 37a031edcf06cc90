/**
 * Every operator setting, once: this table makes the parser, `.env.example` and the docs.
 *
 * Nothing else in the program reads `process.env`; `main.ts` and the command line hand it in here.
 */

export type SettingName =
  | "APP_ID"
  | "PRIVATE_KEY"
  | "PRIVATE_KEY_PATH"
  | "WEBHOOK_SECRET"
  | "WEBHOOK_PATH"
  | "GHE_HOST"
  | "GHE_PROTOCOL"
  | "GITHUB_API_URL"
  | "REKEEPER_ACCOUNTS"
  | "HOST"
  | "PORT"
  | "LOG_LEVEL"
  | "HTTPS_PROXY"
  | "NODE_EXTRA_CA_CERTS"
  | "DATABASE_URL"
  | "REKEEPER_DATA_DIR"
  | "REKEEPER_PEPPER"
  | "REKEEPER_CACHE_DAYS"
  | "REKEEPER_SCAN_THREADS"
  | "REKEEPER_BLOB_MEGABYTES_MAX"
  | "REKEEPER_PUSH_MEGABYTES_MAX"
  | "REKEEPER_ISSUES_MAX"
  | "REKEEPER_CONTENT_PER_MINUTE_MAX"
  | "REKEEPER_WRITES_PER_MINUTE_MAX";

/** One environment variable. `group` is the heading under which `.env.example` shows it. */
export interface SettingEntry {
  readonly env: SettingName;
  readonly group: "GitHub" | "Server" | "Storage" | "Limits";
  readonly kind: "text" | "secret" | "integer" | "list" | "choice" | "url" | "host" | "path";
  readonly fallback?: string;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly text: string;
}

export const SETTINGS: readonly SettingEntry[] = [
  {
    env: "APP_ID",
    group: "GitHub",
    kind: "integer",
    min: 1,
    text: "The App's id, from its settings page. Leave it and the next three empty to try Rekeeper in the sandbox.",
  },
  {
    env: "PRIVATE_KEY",
    group: "GitHub",
    kind: "secret",
    text: "The App's private key (PEM; \\n for line breaks is understood). Set this or PRIVATE_KEY_PATH, not both.",
  },
  {
    env: "PRIVATE_KEY_PATH",
    group: "GitHub",
    kind: "text",
    text: "Path of the file that holds the App's private key; better than PRIVATE_KEY, since it stays out of the environment.",
  },
  {
    env: "WEBHOOK_SECRET",
    group: "GitHub",
    kind: "secret",
    text: "The secret GitHub signs webhooks with; at least 16 characters, for example from `openssl rand -hex 32`.",
  },
  {
    env: "WEBHOOK_PATH",
    group: "GitHub",
    kind: "path",
    fallback: "/api/github/webhooks",
    text: "Path at which webhooks arrive.",
  },
  {
    env: "GHE_HOST",
    group: "GitHub",
    kind: "host",
    text: "Host of a GitHub Enterprise Server or of a data-residency account (SUBDOMAIN.ghe.com); empty for github.com.",
  },
  {
    env: "GHE_PROTOCOL",
    group: "GitHub",
    kind: "choice",
    choices: ["https", "http"],
    fallback: "https",
    text: "Protocol of GHE_HOST.",
  },
  {
    env: "GITHUB_API_URL",
    group: "GitHub",
    kind: "url",
    text: "Address of the REST API where it does not follow from GHE_HOST, for example https://api.SUBDOMAIN.ghe.com.",
  },
  {
    env: "REKEEPER_ACCOUNTS",
    group: "GitHub",
    kind: "list",
    text: "Logins of the organisations and users that may use this service, separated by commas. Empty: every account that installs the App.",
  },
  {
    env: "HOST",
    group: "Server",
    kind: "text",
    fallback: "127.0.0.1",
    text: "Address to listen on. The sandbox always listens on loopback.",
  },
  {
    env: "PORT",
    group: "Server",
    kind: "integer",
    min: 0,
    max: 65_535,
    fallback: "3000",
    text: "Port to listen on; 0 takes a free one.",
  },
  {
    env: "LOG_LEVEL",
    group: "Server",
    kind: "choice",
    choices: ["trace", "debug", "info", "warn", "error", "fatal"],
    fallback: "info",
    text: "Least severe level that is logged.",
  },
  {
    env: "HTTPS_PROXY",
    group: "Server",
    kind: "url",
    text: "Proxy for every connection to GitHub, by API and by git.",
  },
  {
    env: "NODE_EXTRA_CA_CERTS",
    group: "Server",
    kind: "text",
    text: "Path of further certificate authorities (PEM), for a proxy or server with its own; used by the API and by git. Set it in the environment, not in .env: Node reads it as it starts.",
  },
  {
    env: "DATABASE_URL",
    group: "Storage",
    kind: "secret",
    text: "PostgreSQL (15 or later) to use. Empty: the embedded database in the data folder, for one process.",
  },
  {
    env: "REKEEPER_DATA_DIR",
    group: "Storage",
    kind: "text",
    fallback: "./data",
    text: "Folder for the embedded database, the git cache, the pepper and compiled code. Only this service's user should read or write it.",
  },
  {
    env: "REKEEPER_PEPPER",
    group: "Storage",
    kind: "secret",
    text: "Secret that fingerprints are made with; at least 32 characters. Made and kept in the data folder when empty; required with DATABASE_URL. Keep a copy: without it every known key looks new.",
  },
  {
    env: "REKEEPER_CACHE_DAYS",
    group: "Storage",
    kind: "integer",
    min: 1,
    max: 3_650,
    fallback: "30",
    text: "Days after which the git cache of a repository without pushes is deleted.",
  },
  {
    env: "REKEEPER_SCAN_THREADS",
    group: "Limits",
    kind: "integer",
    min: 1,
    max: 64,
    fallback: "2",
    text: "Threads that scan at the same time.",
  },
  {
    env: "REKEEPER_BLOB_MEGABYTES_MAX",
    group: "Limits",
    kind: "integer",
    min: 1,
    max: 100,
    fallback: "20",
    text: "Files over this size are not read, and the check says so.",
  },
  {
    env: "REKEEPER_PUSH_MEGABYTES_MAX",
    group: "Limits",
    kind: "integer",
    min: 1,
    max: 100_000,
    fallback: "2000",
    text: "New content of one push that is read; what is beyond is not, and the check says so.",
  },
  {
    env: "REKEEPER_ISSUES_MAX",
    group: "Limits",
    kind: "integer",
    min: 1,
    max: 1_000,
    fallback: "20",
    text: "Issues that may be open at once in one repository.",
  },
  {
    env: "REKEEPER_CONTENT_PER_MINUTE_MAX",
    group: "Limits",
    kind: "integer",
    min: 0,
    max: 10_000,
    fallback: "60",
    text: "Issues and comments that one installation makes in a minute, and in an hour 7.5 times as many; GitHub refuses more than 80 and 500. What is over waits. 0: no limit, for a GitHub Enterprise Server without limits.",
  },
  {
    env: "REKEEPER_WRITES_PER_MINUTE_MAX",
    group: "Limits",
    kind: "integer",
    min: 0,
    max: 10_000,
    fallback: "150",
    text: "Requests by which one installation changes anything on GitHub in a minute, checks and edits included; GitHub refuses more than 180. What is over waits. 0: no limit.",
  },
];

/** The raw values as strings; a variable that is unset or blank is absent or has its fallback. */
export type RawSettings = Partial<Record<SettingName, string>>;
