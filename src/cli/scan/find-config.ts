/** Finds the configuration that counts for what is scanned: without loading what reads it. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Origin } from "./item.ts";
import type { Target } from "./target.ts";

export interface FoundConfig {
  /** As it is shown; absent where there is none. */
  readonly file?: string;
  /** The path of an origin as the configuration means it; undefined for what has none. */
  pathOf(origin: Origin): string | undefined;
}

export const CONFIG_FILE = ".github/rekeeper.yml";
const FOLDERS_MAX = 256;

/** Its file counts from the top of the work tree, or else of the folder that is scanned. */
export function findConfig(target: Target): FoundConfig {
  const folder = folderOf(target);
  const root = findTop(folder) ?? folder;
  const file = join(root, CONFIG_FILE);
  return {
    ...(isFile(file) && { file: shown(file) }),
    pathOf({ path, commit }) {
      // Paths out of git are those of the repository; others are as they were given.
      const isOfGit = commit !== undefined || target.kind !== "paths";
      if (path === undefined || isOfGit) return path;
      return relative(root, resolve(path)).split(sep).join("/");
    },
  };
}

function folderOf(target: Target): string {
  switch (target.kind) {
    case "paths": {
      const path = resolve(target.paths[0] ?? ".");
      return isFile(path) ? dirname(path) : path;
    }
    case "stdin":
    case "diff":
      return resolve(".");
    default:
      return resolve(target.folder);
  }
}

/** The nearest folder upwards that git knows: a subfolder of a repository has no file of its own. */
function findTop(folder: string): string | undefined {
  let current = folder;
  for (let count = 0; count < FOLDERS_MAX; count += 1) {
    if (existsSync(join(current, ".git"))) return current;
    const parent = dirname(current);
    if (parent === current) return undefined;
    current = parent;
  }
  return undefined;
}

/** Relative to the working folder where it is below that: what people can click on. */
function shown(file: string): string {
  const below = relative(resolve("."), file);
  return below.startsWith("..") ? file : below;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
