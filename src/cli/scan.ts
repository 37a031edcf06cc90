/** `rekeeper scan`: looks for keys in files, a history, a change or a text. */
import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { ScanOptions } from "./scan/perform-scan.ts";

const MEGABYTES_DEFAULT = 20;
const MEGABYTES_MAX = 1_000;
/** More threads than this wait for the one that reads. */
const THREADS_DEFAULT_MAX = 8;
const THREADS_MAX = 64;

export function addScan(program: Command): void {
  program
    .command("scan")
    .description("look for keys in files, a git history, a change or a text")
    .argument("[path...]", "folders and files, the working folder if none; - for standard input")
    .option("--git", "the whole history of the repository at the path, every object once")
    .option("--staged", "what would be committed now: new keys only")
    .option("--diff [range]", "the commits of a range, as in main..HEAD; - for a diff on stdin")
    .addOption(
      new Option("--format <format>", "for people, for programs, for code scanning")
        .choices(["human", "json", "sarif"])
        .default("human"),
    )
    .option("--exclude <glob>", "paths to leave out; may be repeated", collect, [])
    .option("--rules <file>", "further rules, a YAML file; may be repeated", collect, [])
    .option("--no-config", "as if there were no .github/rekeeper.yml")
    .option("--base <file>", "the organisation's rekeeper.yml, which counts besides")
    .option("--baseline <file>", "leave out the keys in this file")
    .option("--write-baseline <file>", "write the keys that are found to this file")
    .option("--explain", "say of what looks like a key why it is not reported")
    .option("--accept-gaps", "files over a limit or of an unreadable kind are no failure")
    .option(
      "--max-megabytes <count>",
      "larger files are not read, and reported",
      parseCount(MEGABYTES_MAX),
      MEGABYTES_DEFAULT,
    )
    .option(
      "--threads <count>",
      "at most so many threads",
      parseCount(THREADS_MAX),
      Math.min(THREADS_DEFAULT_MAX, availableParallelism()),
    )
    .action(async (paths: readonly string[], options: ScanOptions) => {
      // Only now: other commands need not wait for the engine.
      const { performScan } = await import("./scan/perform-scan.ts");
      await performScan(paths, options, program.version() ?? "");
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function parseCount(countMax: number): (value: string) => number {
  return (value) => {
    const count = Number(value);
    if (Number.isInteger(count) && count >= 1 && count <= countMax) return count;
    throw new InvalidArgumentError(`It is a whole number from 1 to ${countMax}.`);
  };
}
