/** Looks at what the service needs of its machine: git, the data folder, room on the disk. */
import { existsSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { resolve } from "node:path";
import { DEFAULT_GIT_LIMITS } from "../../source/git-settings.ts";
import { getGitVersion } from "../../source/git-version.ts";
import type { Diagnosis } from "./diagnosis.ts";

const GIT_TIMEOUT_MS = 10_000;
const OTHERS_MODE = 0o077;
const GIGABYTE_BYTES = 1_000_000_000;
/** The embedded database, its log and the largest fetch have to fit. */
const FREE_BYTES_WANTED = 5 * GIGABYTE_BYTES;
const FREE_BYTES_NEEDED = GIGABYTE_BYTES / 2;

export async function checkGit(searchPath: string): Promise<Diagnosis> {
  const settings = {
    cacheDir: resolve("."),
    environment: { path: searchPath },
    limits: DEFAULT_GIT_LIMITS,
  };
  try {
    const version = await getGitVersion(settings, AbortSignal.timeout(GIT_TIMEOUT_MS));
    return { about: "git", level: "ok", text: `git ${version}` };
  } catch (cause) {
    return {
      about: "git",
      level: "problem",
      text: cause instanceof Error ? cause.message : "git does not run",
      advice: "Install git 2.31 or newer, and see that it is in PATH.",
    };
  }
}

export function checkDataFolder(dataDir: string): Diagnosis {
  const about = "data folder";
  if (!existsSync(dataDir)) {
    const advice = "The first start makes it; if there was one, set REKEEPER_DATA_DIR to it.";
    return { about, level: "warning", text: `${dataDir} is not there`, advice };
  }
  const { mode, uid } = statSync(dataDir);
  if (process.getuid !== undefined && uid !== process.getuid()) {
    const text = `${dataDir} belongs to user ${uid}`;
    const advice = "Run the service and its commands as that user, or give it the folder.";
    return { about, level: "problem", text, advice };
  }
  if ((mode & OTHERS_MODE) !== 0) {
    const text = `${dataDir} is open to other users, and it holds the pepper`;
    return { about, level: "problem", text, advice: `Run: chmod 700 ${dataDir}` };
  }
  return { about, level: "ok", text: `${dataDir} is open to this user alone` };
}

export async function checkDisk(dataDir: string): Promise<Diagnosis> {
  const about = "disk";
  const { bavail, bsize } = await statfs(existsSync(dataDir) ? dataDir : ".");
  const freeBytes = bavail * bsize;
  const text = `${(freeBytes / GIGABYTE_BYTES).toFixed(1)} GB are free`;
  if (freeBytes >= FREE_BYTES_WANTED) return { about, level: "ok", text };
  return {
    about,
    level: freeBytes < FREE_BYTES_NEEDED ? "problem" : "warning",
    text,
    advice: "Make room, or set REKEEPER_CACHE_DAYS to fewer days: the git caches need most.",
  };
}
