/** Object folders that live as long as one job: the only place where blobs touch the disk. */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

export const JOB_FOLDER_PREFIX = "job-";
/** Of the folder that holds the launcher's socket, as long as the service runs. */
export const LAUNCHER_FOLDER_PREFIX = "launcher-";

/** Makes the folder of one job, readable by the service user only. */
export async function makeJobFolder(cacheDir: string): Promise<string> {
  return await mkdtemp(join(cacheDir, JOB_FOLDER_PREFIX));
}

/** Makes an empty object folder inside a job's folder, in the form that git expects. */
export async function makeObjectFolder(jobFolder: string): Promise<string> {
  const folder = await mkdtemp(join(jobFolder, "objects-"));
  await mkdir(join(folder, "pack"), { mode: 0o700 });
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Deletes the folders of jobs and launchers that a killed process left; gives how many. Call it at start, before
 * the first walk: it can't tell a folder in use from one left behind.
 */
export async function removeStaleJobFolders(cacheDir: string): Promise<number> {
  const names = await readdir(cacheDir).catch(() => []);
  const prefixes = [JOB_FOLDER_PREFIX, LAUNCHER_FOLDER_PREFIX];
  const stale = names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  for (const name of stale) await removeFolder(join(cacheDir, name));
  return stale.length;
}
