/** The commands that are compared: ours, other scanners on the PATH, and the least that reading costs. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCompiledRules } from "../src/rules/load.ts";
import type { Subject } from "./subject.ts";

export interface Scanner {
  readonly name: string;
  readonly version: string;
  readonly command: readonly string[];
  /** What there is to scan, in a sentence. */
  readonly what: string;
}

export interface Commands {
  readonly scanners: readonly Scanner[];
  /** Lists and databases of the scanners; the caller deletes it. */
  readonly workDir: string;
}

const ROOT = join(import.meta.dirname, "..");
const LITERALS_COUNT = 70;

/** None of them asks anybody whether a key is alive. */
export function listCommands(subject: Subject): Commands {
  const { folder, isHistory } = subject;
  const workDir = mkdtempSync(join(tmpdir(), "bench-"));
  const what = isHistory ? describeHistory(folder) : describeTree(folder);
  const others = isHistory ? historyCommands(folder, workDir) : treeCommands(folder, workDir);
  const installed = others.filter(({ program }) => isInstalled(program));
  return {
    scanners: [...ownCommands(subject), ...installed].map(({ name, program, command }) => ({
      name,
      version: versionOf(program),
      command,
      what,
    })),
    workDir,
  };
}

interface Command extends Pick<Scanner, "name" | "command"> {
  /** Left out where this is not on the PATH. */
  readonly program: string;
}

function ownCommands({ folder, isHistory }: Subject): Command[] {
  const program = process.execPath;
  const scan = [program, join(ROOT, "bin", "rekeeper.js"), "scan", "--accept-gaps"];
  const target = isHistory ? ["--git", folder] : [folder];
  return [
    { name: "rekeeper, 1 thread", program, command: [...scan, "--threads", "1", ...target] },
    { name: "rekeeper, as it comes", program, command: [...scan, ...target] },
  ];
}

function treeCommands(folder: string, workDir: string): Command[] {
  const literals = join(workDir, "literals");
  writeFileSync(literals, listLiterals().join("\n"));
  const search = ["rg", "--no-config", "-uuu", "--text", "--count", "-F", "-f", literals];
  const read = ["find", folder, "-type", "f", "-exec", "cat", "{}", "+"];
  const name = `rg with ${LITERALS_COUNT} literals`;
  return [
    { name, program: "rg", command: [...search, folder] },
    { name: `${name}, 1 thread`, program: "rg", command: [...search, "-j1", folder] },
    { name: "reading alone", program: "find", command: read },
    ...leaksCommands("dir", folder),
    ...othersFor(folder, workDir),
    trufflehog(["filesystem", folder]),
  ];
}

function historyCommands(folder: string, workDir: string): Command[] {
  const ids = join(workDir, "ids");
  writeFileSync(ids, listObjects(folder).join("\n"));
  const cat = `git --git-dir="$0" cat-file --batch --buffer <"$1"`;
  const log = ["git", `--git-dir=${folder}`, "log", "-p", "-U0", "--all"];
  return [
    {
      name: "git cat-file of the same objects",
      program: "git",
      command: ["bash", "-c", cat, folder, ids],
    },
    { name: "git log -p -U0", program: "git", command: log },
    ...leaksCommands("git", folder),
    ...othersFor(folder, workDir),
    trufflehog(["git", "--bare", `file://${folder}`]),
  ];
}

function leaksCommands(kind: "dir" | "git", folder: string): Command[] {
  return ["gitleaks", "betterleaks"].map((program) => ({
    name: `${program} ${kind}`,
    program,
    command: [program, kind, "--no-banner", folder],
  }));
}

function trufflehog(args: readonly string[]): Command {
  const [kind = "", ...rest] = args;
  const quiet = ["--no-verification", "--no-update"];
  return {
    name: `trufflehog ${kind}`,
    program: "trufflehog",
    command: ["trufflehog", kind, ...quiet, ...rest],
  };
}

/** Those that take a folder and a repository alike. */
function othersFor(folder: string, workDir: string): Command[] {
  const parker = `rm -rf "$1"; noseyparker scan --datastore "$1" "$0"`;
  return [
    {
      name: "kingfisher",
      program: "kingfisher",
      command: ["kingfisher", "scan", "--no-update-check", "--no-validate", folder],
    },
    {
      name: "noseyparker",
      program: "noseyparker",
      command: ["bash", "-c", parker, folder, join(workDir, "datastore")],
    },
  ];
}

/** Of our own rules, spread over them: what any scanner has to look for. */
function listLiterals(): string[] {
  const { rules } = parseCompiledRules(readFileSync(join(ROOT, "build", "rules.json"), "utf8"));
  const literals = rules.flatMap(({ prefilters }) => prefilters.map(({ literal }) => literal));
  const long = [...new Set(literals.filter((literal) => literal.length >= 4))];
  const step = Math.max(1, Math.floor(long.length / LITERALS_COUNT));
  return long.filter((_, index) => index % step === 0).slice(0, LITERALS_COUNT);
}

function listObjects(gitDir: string): string[] {
  const args = ["rev-list", "--all", "--objects", "--no-object-names", "--missing=print"];
  return run("git", [`--git-dir=${gitDir}`, ...args])
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("?"));
}

function describeHistory(gitDir: string): string {
  const commits = run("git", [`--git-dir=${gitDir}`, "rev-list", "--all", "--count"]).trim();
  const sizes = run("git", [
    `--git-dir=${gitDir}`,
    "cat-file",
    "--batch-all-objects",
    "--unordered",
    "--batch-check=%(objecttype) %(objectsize)",
  ]);
  const blobs = sizes.split("\n").filter((line) => line.startsWith("blob "));
  const bytes = blobs.reduce((sum, line) => sum + Number(line.slice(5)), 0);
  return `${commits} commits, ${blobs.length} blobs, ${(bytes / 1e6).toFixed(1)} MB of blobs.`;
}

function describeTree(folder: string): string {
  const sizes = run("find", [folder, "-type", "f", "-printf", "%s\n"]).trim().split("\n");
  const bytes = sizes.reduce((sum, size) => sum + Number(size), 0);
  return `${sizes.length} files, ${(bytes / 1e6).toFixed(1)} MB.`;
}

function isInstalled(program: string): boolean {
  return run("bash", ["-c", `command -v "$0"`, program]) !== "";
}

/** Of ourselves there is no need to say it. */
function versionOf(program: string): string {
  if (program === process.execPath) return "";
  const asked = [["--version"], ["version"]].map((args) => run(program, args));
  return /\d+\.\d+(?:\.\d+)?/.exec(asked.join(" "))?.[0] ?? "";
}

function run(program: string, args: readonly string[]): string {
  const { stdout, status } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1_000_000_000,
  });
  return status === 0 ? stdout : "";
}
