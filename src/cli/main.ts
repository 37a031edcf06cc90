/** The command line's entry: reads the arguments, runs one command, reports failures in a sentence. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { CommandError } from "../command/command-error.ts";
import { SettingsError } from "../config/parse-settings.ts";
import { FolderLockedError } from "../lib/folder-lock.ts";
import { addRules } from "./rules.ts";
import { addScan } from "./scan.ts";
import { addServe } from "./serve.ts";
import { UsageError } from "./usage-error.ts";

const EXIT_FAILED = 1;
/** Wrong arguments or settings: nothing was tried. */
const EXIT_USAGE = 2;
/** Those of bin/rekeeper.js: they need no service. */
const OFFLINE_COMMANDS = ["scan", "rules"];
const ROOT = join(import.meta.dirname, "..", "..");

await main();

async function main(): Promise<void> {
  // The reader of a pipe may have seen enough, as `head` does; that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
  try {
    await (await createProgram()).parseAsync();
  } catch (cause) {
    process.exitCode = report(cause);
  }
}

async function createProgram(): Promise<Command> {
  const program = new Command("rekeeper")
    .description("Keeps an organisation's API keys alive, private and young.")
    .version(readVersion())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`rekeeper: ${sentenceOf(text)}\n`) });
  addServe(program);
  addScan(program);
  addRules(program);
  // A scan in a hook has to be over at once: it does not wait for what only a service needs.
  if (!OFFLINE_COMMANDS.includes(process.argv[2] ?? "")) {
    const { addServiceCommands } = await import("./service-commands.ts");
    addServiceCommands(program);
  }
  return program;
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return String(version);
}

/** Commander's `error: unknown option '--a'`, with its suggestion on a second line, as a sentence. */
function sentenceOf(text: string): string {
  const words = text
    .replace(/^error: /, "")
    .trim()
    .replace(/\s+/g, " ");
  return `${words.replace(/\.$/, "")}. \`rekeeper help\` shows what there is.`;
}

/** Known failures get their sentence; anything else its stack, since it is ours to mend. */
function report(cause: unknown): number {
  // Commander has said what was wrong; help and version come this way too, with code 0.
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : EXIT_USAGE;
  if (cause instanceof SettingsError || cause instanceof UsageError) return tell(cause, EXIT_USAGE);
  if (cause instanceof CommandError || cause instanceof FolderLockedError) {
    return tell(cause, EXIT_FAILED);
  }
  throw cause;
}

function tell(error: Error, exitCode: number): number {
  process.stderr.write(`rekeeper: ${error.message}\n`);
  return exitCode;
}
