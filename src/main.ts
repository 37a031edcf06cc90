/** The program's entry: reads the settings, starts the service or the sandbox, stops on a signal. */
import { resolve } from "node:path";
import { type Logger, pino } from "pino";
import { loadSettings } from "./config/load-settings.ts";
import { type Config, SettingsError } from "./config/parse-settings.ts";
import { FolderLockedError } from "./lib/folder-lock.ts";
import { startSandboxService } from "./sandbox-service.ts";
import { startService } from "./service.ts";
import { GitError } from "./source/git-error.ts";
import { startServer } from "./webhook/server.ts";

interface Running {
  stop(): Promise<void>;
}

const EXIT_SETTINGS = 2;
/** Problems of the operator's: their messages say what to do. */
const KNOWN_PROBLEMS = [SettingsError, FolderLockedError, GitError];

await main();

async function main(): Promise<void> {
  let running: Running;
  try {
    const config = loadSettings();
    const log = pino({ level: config.logLevel });
    running = config.credentials
      ? await startLive(config, config.credentials, log)
      : await startSandboxService(config, pino({ level: process.env["LOG_LEVEL"] ?? "warn" }));
  } catch (cause) {
    process.exitCode = EXIT_SETTINGS;
    return tell(cause);
  }
  stopOnSignal(running);
}

/**
 * Each scanning thread would load a compiler of types to run the same files: with what was compiled
 * before at hand, it takes a third less memory and starts sooner. It is code that will be run, so
 * it is kept where only the service may write.
 */
function keepCompiled({ dataDir }: Config): void {
  process.env["NODE_COMPILE_CACHE"] ??= resolve(dataDir, "compiled");
}

async function startLive(
  config: Config,
  credentials: NonNullable<Config["credentials"]>,
  log: Logger,
): Promise<Running> {
  keepCompiled(config);
  const server = await startServer(config);
  try {
    const service = await startService({ config, credentials, server, log });
    log.info({ url: server.url }, "ready for webhooks");
    return service;
  } catch (cause) {
    await server.close();
    throw cause;
  }
}

/** Known problems get their sentence; anything else its stack, since it is ours to mend. */
function tell(cause: unknown): void {
  if (KNOWN_PROBLEMS.some((kind) => cause instanceof kind)) {
    const sentence = (cause as Error).message.replace(/\.?$/, ".");
    process.stderr.write(`Rekeeper did not start.\n${sentence}\n`);
    return;
  }
  if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE") {
    process.stderr.write(
      "Rekeeper did not start.\nThe port is in use: stop the program that has it, or set PORT.\n",
    );
    return;
  }
  throw cause;
}

function stopOnSignal(running: Running): void {
  let isStopping = false;
  const stop = (): void => {
    // A second signal ends the process at once: someone is in a hurry, and nothing is lost by it.
    if (isStopping) process.exit(1);
    isStopping = true;
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
