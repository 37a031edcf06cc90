#!/usr/bin/env node
/**
 * Starts the command line: compiled in the published package, from its sources in a checkout.
 *
 * Whatever Node runs this file, the program gets one of at least version 24: in a checkout that is
 * the one the package brings along, when the machine's own is older.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { constants, homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COMPILED = join(ROOT, "dist", "cli", "main.js");
const SOURCE = join(ROOT, "src", "cli", "main.ts");
const PINNED_NODE = join(ROOT, "node_modules", ".bin", "node");
const NODE_MAJOR_MIN = 24;
/**
 * These reach no network, and run in folders of others: a `.env` there must not tell Node or git
 * what to do. They also run in this very process, since a hook has to be over before anybody waits.
 */
const OFFLINE_COMMANDS = ["scan", "rules"];
const EXIT_SETTINGS = 2;
/**
 * MiB for what each thread has just made. By default it may be twice as many, which costs a service of four
 * threads 100 MiB under load and saves it nothing that could be measured.
 */
const SMALL_NURSERY = "--max-semi-space-size=8";
/** By default each thread takes memory from places of its own (glibc's arenas) and gives little of it back. */
const ARENAS_MAX = "2";
/** A terminal sends these to every process in the foreground, so the program has them already. */
const SENT_BY_TERMINAL = ["SIGINT", "SIGQUIT"];

const entry = existsSync(COMPILED) ? COMPILED : SOURCE;
const isOffline = OFFLINE_COMMANDS.includes(process.argv[2] ?? "");
const node = findNode();
if (node === undefined) {
  process.stderr.write(
    `Rekeeper needs Node ${NODE_MAJOR_MIN} or later, and this is ${process.version}: install it, or in a checkout run \`npm ci\`, which brings one for Linux.\n`,
  );
  process.exitCode = EXIT_SETTINGS;
} else if (isOffline && node === process.execPath) {
  keepCompiled();
  await import(pathToFileURL(entry).href);
} else {
  run(node);
}

/**
 * Compiling anew would take two thirds of a hook's time. What is kept is run the next time, so it is
 * kept where only the user can write; where that cannot be written, nothing is kept.
 */
function keepCompiled() {
  const cacheDir = process.env.XDG_CACHE_HOME?.trim() || join(homedir(), ".cache");
  // Never in the folder that is being scanned.
  if (!isAbsolute(cacheDir)) return;
  const folder = join(cacheDir, "rekeeper");
  module.enableCompileCache(folder);
  // Its threads learn it from here.
  process.env.NODE_COMPILE_CACHE = folder;
}

function findNode() {
  const isNewEnough = Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN;
  if (isNewEnough) return process.execPath;
  return existsSync(PINNED_NODE) ? PINNED_NODE : undefined;
}

/** @param {string} program the path of a Node of at least version 24. */
function run(program) {
  // Only a file that is there: Node would tell on standard error that it found none.
  const envFile = existsSync(".env") ? ["--env-file=.env"] : [];
  const options = isOffline ? [] : [...envFile, "--use-env-proxy", SMALL_NURSERY];
  const args = [...options, entry, ...process.argv.slice(2)];
  const env = isOffline ? process.env : { MALLOC_ARENA_MAX: ARENAS_MAX, ...process.env };
  const child = spawn(program, args, { stdio: "inherit", env });
  const isOnTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ["SIGTERM", "SIGHUP", ...SENT_BY_TERMINAL]) {
    process.on(signal, () => {
      if (!isOnTerminal || !SENT_BY_TERMINAL.includes(signal)) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    process.stderr.write(`Rekeeper could not start ${program}: ${error.message}\n`);
    process.exitCode = EXIT_SETTINGS;
  });
  // What a shell reports of a program that a signal ended.
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal ?? "SIGTERM"];
  });
}
