/** Opens walks over repositories, with one cache and one lock per repository. */
import { isAbsolute } from "node:path";
import type { ObjectId, RepositoryId } from "../model/ids.ts";
import { isCovered } from "./ancestry.ts";
import { dropCache, isShallow, isUnused, listUnusedCaches, openCache } from "./cache.ts";
import { fetchHistory, type History } from "./fetch-history.ts";
import type { GitContext } from "./git-command.ts";
import { GitError } from "./git-error.ts";
import type { GitRemote, GitSettings } from "./git-settings.ts";
import { makeJobFolder } from "./job-folder.ts";
import { createKeyedMutex, type KeyedMutex } from "./keyed-mutex.ts";
import { listTips } from "./list-tips.ts";
import { maintainCache } from "./maintain-cache.ts";
import { listRange } from "./range.ts";
import { checkRef } from "./refs.ts";
import { makeWalk, type Walk } from "./walk.ts";

export interface WalkRequest {
  readonly repositoryId: RepositoryId;
  readonly remote: GitRemote;
  /** A commit or an annotated tag. */
  readonly head: ObjectId;
  /** The range is `head --not bases`; newest first, of more than 1,000 the rest is ignored. */
  readonly bases: readonly ObjectId[];
  /** Tips whose objects were scanned under today's rules; those not in the cache are ignored. */
  readonly scannedTips: readonly ObjectId[];
  /** Further refs to fetch, such as `refs/heads/main`; those that are missing are ignored. */
  readonly fetchRefs?: readonly string[];
  /** Refs to fetch whose tips are further bases, such as the default branch of a new branch. */
  readonly baseRefs?: readonly string[];
  /**
   * Commits to take when the whole history does not come in time; the walk is `shallow` then. A
   * request without it insists on the whole history, and completes a shallow cache.
   */
  readonly shallowDepth?: number;
  readonly signal: AbortSignal;
}

export interface GitSource {
  /**
   * Fetches what the range needs and lists what it holds. Throws a GitError, or the signal's
   * reason; a TypeError for a remote or ref of the wrong form.
   */
  openWalk(request: WalkRequest): Promise<Walk>;
  /** The branches and tags that the remote has now. Throws a GitError. */
  listTips(remote: GitRemote, signal: AbortSignal): Promise<ReadonlyMap<string, ObjectId>>;
  /** Deletes the repository's cache once no fetch into it runs. Open walks of it will fail. */
  dropCache(repositoryId: RepositoryId, signal: AbortSignal): Promise<void>;
  /** Deletes, alike, the caches that no walk has opened since `usedBefore`; gives how many. */
  dropUnusedCaches(usedBefore: Date, signal: AbortSignal): Promise<number>;
}

const BASES_MAX = 1_000;
const FETCH_REFS_MAX = 100;

/** One per process: two of them on one folder would remove each other's files. */
export function createGitSource(settings: GitSettings): GitSource {
  if (!isAbsolute(settings.cacheDir)) {
    throw new TypeError("cacheDir must be an absolute path: git runs in another folder than we do");
  }
  const mutex = createKeyedMutex<RepositoryId>();
  return {
    openWalk: (request) => openWalk(settings, mutex, request),
    listTips: (remote, signal) => listTips({ settings, gitDir: settings.cacheDir, signal }, remote),
    dropCache: (repositoryId, signal) =>
      mutex.run(repositoryId, signal, () => dropCache(settings.cacheDir, repositoryId)),
    dropUnusedCaches: (usedBefore, signal) =>
      dropUnusedCaches(settings.cacheDir, mutex, usedBefore, signal),
  };
}

async function dropUnusedCaches(
  cacheDir: string,
  mutex: KeyedMutex<RepositoryId>,
  usedBefore: Date,
  signal: AbortSignal,
): Promise<number> {
  let droppedCount = 0;
  for (const id of await listUnusedCaches(cacheDir, usedBefore)) {
    await mutex.run(id, signal, async () => {
      // A walk may have opened it while this waited for its turn.
      if (!(await isUnused(cacheDir, id, usedBefore))) return;
      await dropCache(cacheDir, id);
      droppedCount += 1;
    });
  }
  return droppedCount;
}

async function openWalk(
  settings: GitSettings,
  mutex: KeyedMutex<RepositoryId>,
  request: WalkRequest,
): Promise<Walk> {
  const { repositoryId, remote, head, signal } = request;
  const bases = request.bases.slice(0, BASES_MAX);
  const { context, history } = await mutex.run(repositoryId, signal, () =>
    updateCache(settings, request, bases),
  );
  const { known, tips } = history;
  const range = {
    head,
    bases: [...bases.filter((base) => known.has(base)), ...baseTips(request, tips)],
  };
  const scannedTips = request.scannedTips.filter((tip) => known.has(tip));
  const start = {
    ...(await listRange(context, range, scannedTips)),
    context,
    remote,
    range,
    tips,
    missingBases: bases.filter((base) => !known.has(base)),
    shallow: await isShallow(context.gitDir),
    basesAreScanned: await isCovered(context, range.bases, scannedTips),
    jobFolder: await makeJobFolder(settings.cacheDir),
  };
  return makeWalk(start, () => tidyUp(mutex, repositoryId, context));
}

function baseTips(
  { baseRefs = [] }: WalkRequest,
  tips: ReadonlyMap<string, ObjectId>,
): readonly ObjectId[] {
  return baseRefs.map((ref) => tips.get(ref)).filter((tip) => tip !== undefined);
}

async function updateCache(
  settings: GitSettings,
  request: WalkRequest,
  bases: readonly ObjectId[],
): Promise<{ context: GitContext; history: History }> {
  const { repositoryId, remote, head, scannedTips, shallowDepth, signal } = request;
  const fetchRefs = [...new Set([...(request.baseRefs ?? []), ...(request.fetchRefs ?? [])])].slice(
    0,
    FETCH_REFS_MAX,
  );
  for (const ref of fetchRefs) checkRef(ref);
  const context = await openCache(settings, { repositoryId, head, signal });
  try {
    const depth = shallowDepth === undefined ? {} : { shallowDepth };
    const wanted = { remote, head, bases, scannedTips, fetchRefs, ...depth };
    return { context, history: await fetchHistory(context, wanted) };
  } catch (error) {
    // A server that ignores the blob filter has sent contents, which must not stay.
    const unfiltered = error instanceof GitError && error.detail?.kind === "unfiltered";
    if (unfiltered) await dropCache(settings.cacheDir, repositoryId);
    throw error;
  }
}

/**
 * Maintenance comes after the walk, so that no verdict waits for it. That it fails is no failure
 * of the walk: the next one tries again.
 */
async function tidyUp(
  mutex: KeyedMutex<RepositoryId>,
  repositoryId: RepositoryId,
  context: GitContext,
): Promise<void> {
  if (context.signal.aborted) return;
  try {
    await mutex.run(repositoryId, context.signal, () => maintainCache(context));
  } catch (error) {
    if (!(error instanceof GitError) && !context.signal.aborted) throw error;
  }
}
