/** Repositories on this machine, read where they are: for the command line. */
import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { GitContext } from "../git-command.ts";
import { DEFAULT_GIT_LIMITS } from "../git-settings.ts";

/**
 * The git folder of the repository that a folder belongs to: its own, that of a folder above it,
 * or the folder itself where it is a bare repository. Undefined when there is none.
 *
 * Found without asking git, which would first read the configuration of whatever it finds.
 */
export function findGitDir(folder: string): string | undefined {
  let current = resolve(folder);
  for (;;) {
    const gitDir = gitDirOf(current);
    if (gitDir !== undefined) return gitDir;
    const parent = dirname(current);
    if (parent === current) return undefined;
    current = parent;
  }
}

interface Reading {
  readonly gitDir: string;
  /** `PATH`, where git is looked for. */
  readonly searchPath: string;
  readonly signal: AbortSignal;
}

/** What git commands need; they write nothing, and run under the rules for foreign repositories. */
export function openLocally({ gitDir, searchPath, signal }: Reading): GitContext {
  return {
    settings: { cacheDir: gitDir, environment: { path: searchPath }, limits: DEFAULT_GIT_LIMITS },
    gitDir,
    signal,
  };
}

function gitDirOf(folder: string): string | undefined {
  const dotGit = join(folder, ".git");
  if (isFolder(join(dotGit, "objects"))) return dotGit;
  const linked = readLink(dotGit);
  if (linked !== undefined) return resolve(folder, linked);
  const isBare = isFolder(join(folder, "objects")) && isFolder(join(folder, "refs"));
  return isBare ? folder : undefined;
}

/** Work trees and submodules have a file there that says where their git folder is. */
function readLink(path: string): string | undefined {
  try {
    return /^gitdir: (.+)$/m.exec(readFileSync(path, "utf8"))?.[1]?.trimEnd();
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
