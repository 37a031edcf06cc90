/** The lasting bare repository of one repository id: commits and trees, never blobs. */
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectId, RepositoryId } from "../model/ids.ts";
import { runGit } from "./git-child.ts";
import { type GitContext, localCall } from "./git-command.ts";
import type { GitSettings } from "./git-settings.ts";
import { JOB_FOLDER_PREFIX } from "./job-folder.ts";

interface Opening {
  readonly repositoryId: RepositoryId;
  /** Its length tells a SHA-1 repository from a SHA-256 one. */
  readonly head: ObjectId;
  readonly signal: AbortSignal;
}

/**
 * The cache of a repository, made when there is none yet. Call it under the repository's mutex:
 * it also removes what a killed fetch left behind.
 */
export async function openCache(settings: GitSettings, opening: Opening): Promise<GitContext> {
  const { repositoryId, head, signal } = opening;
  const context = { settings, gitDir: cachePath(settings.cacheDir, repositoryId), signal };
  await mkdir(join(settings.cacheDir, "home"), { recursive: true, mode: 0o700 });
  if (await isOvergrown(context)) await dropCache(settings.cacheDir, repositoryId);
  if (!(await exists(context.gitDir))) await createCache(context, head);
  await removeLeftovers(context.gitDir);
  const now = new Date();
  await utimes(context.gitDir, now, now);
  return context;
}

/** Deletes a repository's cache, as when the App is removed from it. Does nothing without one. */
export async function dropCache(cacheDir: string, repositoryId: RepositoryId): Promise<void> {
  await rm(cachePath(cacheDir, repositoryId), { recursive: true, force: true });
}

/** Repositories whose caches no walk has opened since `usedBefore`. */
export async function listUnusedCaches(
  cacheDir: string,
  usedBefore: Date,
): Promise<readonly RepositoryId[]> {
  const names = await readdir(cacheDir).catch(() => []);
  const unused: RepositoryId[] = [];
  for (const name of names.filter((candidate) => CACHE_NAME.test(candidate))) {
    const id = Number.parseInt(name, 10) as RepositoryId;
    if (await isUnused(cacheDir, id, usedBefore)) unused.push(id);
  }
  return unused;
}

/** False also where there is no cache. */
export async function isUnused(
  cacheDir: string,
  repositoryId: RepositoryId,
  usedBefore: Date,
): Promise<boolean> {
  const folder = await stat(cachePath(cacheDir, repositoryId)).catch(() => undefined);
  return folder !== undefined && folder.mtime < usedBefore;
}

/** The folder in which a cache keeps its packs. */
export function packFolder(gitDir: string): string {
  return join(gitDir, "objects", "pack");
}

export async function countPacks(gitDir: string): Promise<number> {
  const names = await readdir(packFolder(gitDir)).catch(() => []);
  return names.filter((name) => name.endsWith(".pack")).length;
}

/** True when the cache lacks history that the remote has. */
export async function isShallow(gitDir: string): Promise<boolean> {
  const file = await stat(join(gitDir, "shallow")).catch(() => undefined);
  return file !== undefined && file.size > 0;
}

/** Packs over the limit by this factor: see isOvergrown. */
const OVERGROWN_FACTOR = 10;
const CACHE_NAME = /^\d+\.git$/;

function cachePath(cacheDir: string, repositoryId: RepositoryId): string {
  return join(cacheDir, `${repositoryId}.git`);
}

/** True when repacking has failed so often that fetching everything anew is the better way. */
async function isOvergrown(context: GitContext): Promise<boolean> {
  const { packsMax } = context.settings.limits;
  return (await countPacks(context.gitDir)) > OVERGROWN_FACTOR * packsMax;
}

/** Made beside its place and moved there, so that a half-made cache is never taken for one. */
async function createCache(context: GitContext, head: ObjectId): Promise<void> {
  const { cacheDir } = context.settings;
  const folder = await mkdtemp(join(cacheDir, `${JOB_FOLDER_PREFIX}init-`));
  const format = head.length === 64 ? "sha256" : "sha1";
  const args = ["--bare", "--quiet", "--template=", `--object-format=${format}`];
  await runGit(localCall({ ...context, gitDir: folder }, { subcommand: "init", args }));
  await rename(folder, context.gitDir);
}

/**
 * A fetch that was killed leaves temporary packs, and locks that would stop every later one. Only
 * one process uses a cache folder, and this runs under the mutex: nobody holds them any more.
 */
async function removeLeftovers(gitDir: string): Promise<void> {
  const packs = await readdir(packFolder(gitDir));
  const refs = await readdir(join(gitDir, "refs"), { recursive: true });
  const top = await readdir(gitDir);
  const leftovers = [
    ...packs.filter((name) => name.startsWith("tmp_")).map((name) => join("objects/pack", name)),
    ...refs.filter((name) => name.endsWith(".lock")).map((name) => join("refs", name)),
    ...top.filter((name) => name.endsWith(".lock")),
  ];
  for (const name of leftovers) await rm(join(gitDir, name), { force: true });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
