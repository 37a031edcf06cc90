/** The service as a process of its own, started the way an operator starts it. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { GitHubUnderTest } from "./github-under-test.ts";

export interface ChildService {
  readonly pid: number;
  /** Everything it printed so far, on either stream. */
  output(): string;
  /** Waits until the output has this; gives the match. Rejects when the process ends without. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
  /** How it ended: its exit code, or the signal that killed it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

const ROOT = join(import.meta.dirname, "..", "..");
/** What `npm start` runs; there is no file of settings, and the entry is named from anywhere. */
const START = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))
  .scripts.start.split(" ")
  .slice(1)
  .filter((arg: string) => !arg.startsWith("--env-file"))
  .map((arg: string) => (arg.startsWith("src/") ? join(ROOT, arg) : arg));
const OUTPUT_TIMEOUT_MS = 90_000;

/**
 * @param folder where it runs: a folder without `.env`, which also takes its temporary files.
 * @param environment all it gets, besides PATH.
 * @param launcher a program with arguments that becomes the service, such as `nsenter`.
 */
export function startChild(
  folder: string,
  environment: Readonly<Record<string, string>>,
  launcher: readonly string[] = [],
): ChildService {
  const [program = "", ...args] = [...launcher, process.execPath, ...START];
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, TMPDIR: folder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const listeners = new Set<() => void>();
  let output = "";
  let isOver = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => {
      isOver = true;
      resolve(code ?? signal ?? "SIGKILL");
      for (const listener of listeners) listener();
    });
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    printed: (pattern) =>
      waitForMatch(pattern, { output: () => output, isOver: () => isOver, listeners }),
    kill: (signal) => child.kill(signal),
    ended,
  };
}

/** What a service has to know of the stand-in. */
export interface KnownGitHub {
  readonly sandbox: Pick<
    GitHubUnderTest["sandbox"],
    "appId" | "installationId" | "privateKey" | "webhookSecret"
  >;
  readonly url: string;
}

/** The settings of a service for this stand-in, on a free port, with the database in its folder. */
export function settingsFor(
  { sandbox, url }: KnownGitHub,
  dataDir: string,
): Readonly<Record<string, string>> {
  return {
    APP_ID: String(sandbox.appId),
    PRIVATE_KEY: sandbox.privateKey,
    WEBHOOK_SECRET: sandbox.webhookSecret,
    GHE_HOST: new URL(url).host,
    GHE_PROTOCOL: "http",
    PORT: "0",
    REKEEPER_DATA_DIR: dataDir,
    // A test writes more in a minute than GitHub takes.
    REKEEPER_CONTENT_PER_MINUTE_MAX: "0",
    REKEEPER_WRITES_PER_MINUTE_MAX: "0",
  };
}

/** Waits until a child takes webhooks; gives the address for them. */
export async function waitUntilReady(child: ChildService): Promise<string> {
  const [, url = ""] = await child.printed(/"url":"([^"]+)","msg":"ready for webhooks"/);
  return `${url}/api/github/webhooks`;
}

interface Printing {
  readonly output: () => string;
  readonly isOver: () => boolean;
  readonly listeners: Set<() => void>;
}

async function waitForMatch(pattern: RegExp, printing: Printing): Promise<RegExpExecArray> {
  const { listeners } = printing;
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
  const fail = (why: string): void =>
    reject(new Error(`${why} before it printed ${pattern}:\n${printing.output()}`));
  const look = (): void => {
    const match = pattern.exec(printing.output());
    if (match !== null) resolve(match);
    else if (printing.isOver()) fail("the process ended");
  };
  const timer = setTimeout(() => fail("90 seconds passed"), OUTPUT_TIMEOUT_MS);
  listeners.add(look);
  look();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    listeners.delete(look);
  }
}
