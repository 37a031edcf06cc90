import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Config, parseSettings, SettingsError } from "../../../src/config/parse-settings.ts";
import { SETTINGS } from "../../../src/config/settings.ts";

type Environment = Record<string, string>;

let folder: string;
let complete: Environment;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rekeeper-settings-"));
  complete = {
    APP_ID: "4711",
    PRIVATE_KEY: makePem("rsa"),
    WEBHOOK_SECRET: "w".repeat(32),
  };
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("without any credentials", () => {
  it("wants the sandbox, with every default in place", () => {
    expect(parseSettings({})).toEqual({
      github: { apiUrl: "https://api.github.com", webUrl: "https://github.com" },
      webhookPath: "/api/github/webhooks",
      accounts: [],
      host: "127.0.0.1",
      port: 3000,
      logLevel: "info",
      dataDir: "./data",
      searchPath: "",
      cacheDays: 30,
      scanThreads: 2,
      blobBytesMax: 20_000_000,
      pushBytesMax: 2_000_000_000,
      issuesMax: 20,
      contentPerMinuteMax: 60,
      writesPerMinuteMax: 150,
    } satisfies Config);
  });

  it("takes blank values for unset ones", () => {
    expect(parseSettings({ APP_ID: "", PRIVATE_KEY: " ", PORT: "\t" })).toEqual(parseSettings({}));
  });

  it("refuses to be in production", () => {
    expect(problemsOf({ NODE_ENV: "production" })).toEqual([
      "Set APP_ID and PRIVATE_KEY_PATH (or PRIVATE_KEY) and WEBHOOK_SECRET: all of the App's credentials are needed in production.",
    ]);
  });
});

describe("with credentials", () => {
  it("takes the key from the environment, with line breaks written as \\n", () => {
    const pem = complete["PRIVATE_KEY"] ?? "";
    const credentials = { appId: 4711, privateKey: pem, webhookSecret: "w".repeat(32) };
    expect(parseSettings(complete).credentials).toEqual(credentials);
    const flat = { ...complete, PRIVATE_KEY: pem.replaceAll("\n", "\\n") };
    expect(parseSettings(flat).credentials).toEqual(credentials);
  });

  it("takes the key from a file", () => {
    const { PRIVATE_KEY: pem = "", ...others } = complete;
    const path = writeFile("app.pem", pem);
    expect(parseSettings({ ...others, PRIVATE_KEY_PATH: path }).credentials?.privateKey).toBe(pem);
  });

  it.each([
    ["APP_ID", "APP_ID"],
    ["PRIVATE_KEY", "PRIVATE_KEY_PATH (or PRIVATE_KEY)"],
    ["WEBHOOK_SECRET", "WEBHOOK_SECRET"],
  ])("refuses to start without %s and names it", (name, shown) => {
    const { [name]: _left, ...partial } = complete;
    expect(problemsOf(partial)).toEqual([
      `Set ${shown}: all of the App's credentials are needed, or none of them for the sandbox.`,
    ]);
  });

  it("names both that are missing when one is set", () => {
    expect(problemsOf({ WEBHOOK_SECRET: "w".repeat(32) })).toEqual([
      "Set APP_ID and PRIVATE_KEY_PATH (or PRIVATE_KEY): all of the App's credentials are needed, or none of them for the sandbox.",
    ]);
  });

  it("refuses two private keys", () => {
    const both = { ...complete, PRIVATE_KEY_PATH: "app.pem" };
    expect(problemsOf(both)).toEqual([expect.stringMatching(/^Set PRIVATE_KEY or .* not both/)]);
  });

  it("refuses a key file that is not there, naming it", () => {
    const { PRIVATE_KEY: _left, ...others } = complete;
    const path = join(folder, "nowhere.pem");
    const problems = problemsOf({ ...others, PRIVATE_KEY_PATH: path });
    expect(problems).toEqual([expect.stringContaining(`the file ${path} cannot be read`)]);
  });

  it.each([
    ["text of another kind", () => "not a key"],
    ["a public key", () => makePem("public")],
    ["a key of another kind", () => makePem("ed25519")],
    ["a key that was cut", () => makePem("rsa").slice(0, 400)],
  ])("refuses %s for the private key", (_kind, make) => {
    const problems = problemsOf({ ...complete, PRIVATE_KEY: make() });
    expect(problems).toEqual([expect.stringContaining("no RSA key in PEM form")]);
  });

  it.each(["development", "secret", "changeme", "Password", "WEBHOOK_SECRET"])(
    "refuses the well-known webhook secret %s",
    (secret) => {
      expect(problemsOf({ ...complete, WEBHOOK_SECRET: secret })).toEqual([
        expect.stringContaining("WEBHOOK_SECRET is a well-known default"),
      ]);
    },
  );

  it("refuses a webhook secret of 15 characters, and takes one of 16", () => {
    expect(problemsOf({ ...complete, WEBHOOK_SECRET: "s".repeat(15) })).toEqual([
      "WEBHOOK_SECRET must have at least 16 characters.",
    ]);
    expect(problemsOf({ ...complete, WEBHOOK_SECRET: "s".repeat(16) })).toEqual([]);
  });
});

describe("database and pepper", () => {
  const url = "postgres://db.example.org/rekeeper";

  it("needs the pepper wherever several instances could run", () => {
    expect(problemsOf({ DATABASE_URL: url })).toEqual([
      expect.stringContaining("Set REKEEPER_PEPPER too"),
    ]);
    const pepper = "p".repeat(32);
    expect(parseSettings({ DATABASE_URL: url, REKEEPER_PEPPER: pepper })).toMatchObject({
      databaseUrl: url,
      pepper,
    });
  });

  it("refuses a pepper of 31 characters", () => {
    expect(problemsOf({ REKEEPER_PEPPER: "p".repeat(31) })).toEqual([
      "REKEEPER_PEPPER must have at least 32 characters.",
    ]);
  });

  it("refuses another kind of database", () => {
    const other = { DATABASE_URL: "mysql://db.example.org/x", REKEEPER_PEPPER: "p".repeat(32) };
    expect(problemsOf(other)).toEqual([
      "DATABASE_URL must begin with postgres:// or postgresql://.",
    ]);
  });
});

it.each([
  ["PORT", "http"],
  ["PORT", "65536"],
  ["PORT", "-1"],
  ["PORT", "0x50"],
  ["PORT", "1e3"],
  ["REKEEPER_CACHE_DAYS", "0"],
  ["REKEEPER_CACHE_DAYS", "1.5"],
  ["REKEEPER_SCAN_THREADS", "65"],
  ["REKEEPER_BLOB_MEGABYTES_MAX", "101"],
  ["REKEEPER_PUSH_MEGABYTES_MAX", "9".repeat(20)],
  ["REKEEPER_ISSUES_MAX", "many"],
  ["LOG_LEVEL", "loud"],
  ["GHE_PROTOCOL", "ssh"],
  ["GHE_HOST", "https://github.example.org"],
  ["GHE_HOST", "github.example.org/path"],
  ["GITHUB_API_URL", "api.github.com"],
  ["GITHUB_API_URL", "ftp://api.github.com"],
  ["HTTPS_PROXY", "proxy.example.org:3128"],
  ["WEBHOOK_PATH", "hooks"],
  ["WEBHOOK_PATH", "/hooks?x"],
])("refuses %s=%s in one sentence", (name, value) => {
  expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(`^${name} must be .+\\.$`)]);
});

it("does not ask for a setting that has a bad value", () => {
  expect(problemsOf({ ...complete, APP_ID: "rekeeper" })).toEqual([
    "APP_ID must be a whole number of at least 1.",
  ]);
});

it("names every problem at once, each on a line", () => {
  const many = { PORT: "x", LOG_LEVEL: "x", DATABASE_URL: "x", APP_ID: "1" };
  expect(problemsOf(many)).toHaveLength(5);
});

it.each<[string, Environment, Config["github"]]>([
  ["github.com", {}, { apiUrl: "https://api.github.com", webUrl: "https://github.com" }],
  [
    "a GitHub Enterprise Server",
    { GHE_HOST: "github.example.org" },
    { apiUrl: "https://github.example.org/api/v3", webUrl: "https://github.example.org" },
  ],
  [
    "a server on plain http with a port",
    { GHE_HOST: "localhost:3001", GHE_PROTOCOL: "http" },
    { apiUrl: "http://localhost:3001/api/v3", webUrl: "http://localhost:3001" },
  ],
  [
    "a data-residency account, by its host",
    { GHE_HOST: "acme.ghe.com" },
    { apiUrl: "https://api.acme.ghe.com", webUrl: "https://acme.ghe.com" },
  ],
  [
    "a data-residency account, by its API",
    { GITHUB_API_URL: "https://api.acme.ghe.com/" },
    { apiUrl: "https://api.acme.ghe.com", webUrl: "https://acme.ghe.com" },
  ],
  [
    "a server, by its API",
    { GITHUB_API_URL: "https://github.example.org/api/v3" },
    { apiUrl: "https://github.example.org/api/v3", webUrl: "https://github.example.org" },
  ],
  [
    "a server whose API stands elsewhere",
    { GHE_HOST: "github.example.org", GITHUB_API_URL: "https://gateway.example.org/github" },
    { apiUrl: "https://gateway.example.org/github", webUrl: "https://github.example.org" },
  ],
])("finds the addresses of %s", (_name, environment, addresses) => {
  expect(parseSettings(environment).github).toEqual(addresses);
});

it("reads accounts without regard to case and blanks", () => {
  expect(parseSettings({ REKEEPER_ACCOUNTS: " Acme, octo-org ,," }).accounts).toEqual([
    "acme",
    "octo-org",
  ]);
});

it("reads every setting of the table: none of them is for show", () => {
  const probes: Environment = {
    APP_ID: "4712",
    PRIVATE_KEY: makePem("rsa"),
    PRIVATE_KEY_PATH: writeFile("other.pem", makePem("rsa")),
    WEBHOOK_SECRET: "v".repeat(40),
    WEBHOOK_PATH: "/hooks",
    GHE_HOST: "github.example.org",
    GHE_PROTOCOL: "http",
    GITHUB_API_URL: "https://api.acme.ghe.com",
    REKEEPER_ACCOUNTS: "acme",
    HOST: "0.0.0.0",
    PORT: "8080",
    LOG_LEVEL: "debug",
    HTTPS_PROXY: "http://proxy.example.org:3128",
    NODE_EXTRA_CA_CERTS: "/etc/ca.pem",
    DATABASE_URL: "postgresql://db.example.org/rekeeper",
    REKEEPER_DATA_DIR: "/var/lib/rekeeper",
    REKEEPER_PEPPER: "q".repeat(32),
    REKEEPER_CACHE_DAYS: "7",
    REKEEPER_SCAN_THREADS: "4",
    REKEEPER_BLOB_MEGABYTES_MAX: "5",
    REKEEPER_PUSH_MEGABYTES_MAX: "500",
    REKEEPER_ISSUES_MAX: "5",
    REKEEPER_CONTENT_PER_MINUTE_MAX: "7",
    REKEEPER_WRITES_PER_MINUTE_MAX: "0",
  };
  const base = { ...complete, GHE_HOST: "ghes.example.org", REKEEPER_PEPPER: "p".repeat(32) };
  const before = parseSettings(base);
  const unread = SETTINGS.filter(({ env }) => {
    const { [env]: _left, ...others } = base as Environment;
    if (env === "PRIVATE_KEY_PATH") delete others["PRIVATE_KEY"];
    const after = parseSettings({ ...others, [env]: probes[env] ?? "" });
    return JSON.stringify(after) === JSON.stringify(before);
  });
  expect(unread.map(({ env }) => env)).toEqual([]);
});

function problemsOf(environment: Environment): string[] {
  try {
    parseSettings(environment);
    return [];
  } catch (cause) {
    if (cause instanceof SettingsError) return cause.message.split("\n");
    throw cause;
  }
}

function makePem(kind: "rsa" | "ed25519" | "public"): string {
  if (kind === "ed25519") {
    const { privateKey } = generateKeyPairSync("ed25519");
    return privateKey.export({ type: "pkcs8", format: "pem" }).toString().trim();
  }
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return kind === "rsa"
    ? privateKey.export({ type: "pkcs1", format: "pem" }).toString().trim()
    : publicKey.export({ type: "spki", format: "pem" }).toString().trim();
}

function writeFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
