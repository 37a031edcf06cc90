/** Brings commits and trees into a cache: the head of a range, its bases, further refs. */
import type { ObjectId } from "../model/ids.ts";
import { countPacks, isShallow, packFolder } from "./cache.ts";
import { findObjects } from "./find-objects.ts";
import { folderBytes } from "./folder-limit.ts";
import { runGit } from "./git-child.ts";
import { type GitContext, remoteCall } from "./git-command.ts";
import { GitError } from "./git-error.ts";
import type { GitRemote } from "./git-settings.ts";
import { commitRef, listRemoteRefs, sourceRef } from "./refs.ts";

interface HistoryRequest {
  readonly remote: GitRemote;
  readonly head: ObjectId;
  readonly bases: readonly ObjectId[];
  /** Not fetched for their own sake, but looked up. */
  readonly scannedTips: readonly ObjectId[];
  readonly fetchRefs: readonly string[];
  /** Commits to take when the whole history is too slow; without it the whole is insisted on. */
  readonly shallowDepth?: number;
}

export interface History {
  /** Those of the head, the bases and the scanned tips that the cache holds now. */
  readonly known: ReadonlySet<string>;
  /** Tips of those of the wanted refs that the remote has. */
  readonly tips: ReadonlyMap<string, ObjectId>;
}

/** What one fetch asks for; it shrinks as the remote refuses. */
interface Wanted {
  readonly objects: readonly ObjectId[];
  readonly refs: readonly string[];
}

/** Bases are one or two in practice; more missing ones than this are not asked for. */
const MISSING_BASES_FETCHED_MAX = 32;
/** Each attempt drops at least one thing that the remote refused. */
const ATTEMPTS_MAX = 8;

/**
 * Makes `head` readable in the cache. A base or ref that the remote does not have is left out;
 * a head that it does not have is a GitError `not-found`. Call it under the repository's mutex.
 */
export async function fetchHistory(context: GitContext, request: HistoryRequest): Promise<History> {
  const { head, bases, scannedTips, fetchRefs, shallowDepth } = request;
  const before = await findObjects(context, [head, ...bases, ...scannedTips]);
  const unknownBases = bases.filter((base) => !before.has(base));
  const completes = shallowDepth === undefined && (await isShallow(context.gitDir));
  const nothingNew = before.has(head) && unknownBases.length === 0 && fetchRefs.length === 0;
  if (nothingNew && !completes) return { known: new Set(before.keys()), tips: new Map() };

  // A head that is here is not asked for again: the remote may have forgotten it.
  const wantedHead = before.has(head) && !completes ? [] : [head];
  const wanted = {
    objects: [...wantedHead, ...unknownBases.slice(0, MISSING_BASES_FETCHED_MAX)],
    refs: fetchRefs,
  };
  const { refs } = await fetchWithFallback(context, request, wanted, completes);
  const unknown = [...unknownBases, ...scannedTips.filter((tip) => !before.has(tip))];
  const after = await findObjects(context, [...unknown, ...refs.map(sourceRef)]);
  const tips = refs.map((ref) => [ref, after.get(sourceRef(ref))] as const);
  return {
    known: new Set([head, ...before.keys(), ...after.keys()]),
    tips: new Map(tips.filter((entry): entry is [string, ObjectId] => entry[1] !== undefined)),
  };
}

/**
 * The whole history; when its deadline passes at first contact, the newest commits of it. Later a
 * shallow fetch would cut off history that the cache has.
 */
async function fetchWithFallback(
  context: GitContext,
  request: HistoryRequest,
  wanted: Wanted,
  completes: boolean,
): Promise<Wanted> {
  const { shallowDepth } = request;
  const isFirstContact = (await countPacks(context.gitDir)) === 0;
  try {
    return await fetchWanted(context, request, wanted, completes ? ["--unshallow"] : []);
  } catch (error) {
    const tooSlow = error instanceof GitError && error.kind === "timeout";
    if (!tooSlow || !isFirstContact || shallowDepth === undefined) throw error;
    return await fetchWanted(context, request, wanted, [`--depth=${shallowDepth}`]);
  }
}

/** Fetches and, as long as the remote refuses something that is not the head, fetches the rest. */
async function fetchWanted(
  context: GitContext,
  request: HistoryRequest,
  first: Wanted,
  depthArgs: readonly string[],
): Promise<Wanted> {
  let wanted = first;
  for (let attempt = 1; wanted.objects.length + wanted.refs.length > 0; attempt += 1) {
    try {
      await fetchOnce(context, request.remote, wanted, depthArgs);
      return wanted;
    } catch (error) {
      const less = attempt < ATTEMPTS_MAX && (await wantLess(context, request, wanted, error));
      if (!less) throw error;
      wanted = less;
    }
  }
  return wanted;
}

async function fetchOnce(
  context: GitContext,
  remote: GitRemote,
  wanted: Wanted,
  depthArgs: readonly string[],
): Promise<void> {
  const folder = packFolder(context.gitDir);
  const bytesMax = (await folderBytes(folder)) + context.settings.limits.packBytesMax;
  const options = ["--filter=blob:none", "--no-tags", "--no-write-fetch-head", "--quiet"];
  const refspecs = [
    ...wanted.objects.map((id) => `+${id}:${commitRef(id)}`),
    ...wanted.refs.map((ref) => `+${ref}:${sourceRef(ref)}`),
  ];
  const call = await remoteCall(context, remote, {
    subcommand: "fetch",
    args: [...options, ...depthArgs, "--end-of-options", "origin", ...refspecs],
    folderLimit: { folder, bytesMax },
  });
  await runGit(call);
}

/** What is left to want after a refusal; undefined when the refusal is final. */
async function wantLess(
  context: GitContext,
  request: HistoryRequest,
  wanted: Wanted,
  error: unknown,
): Promise<Wanted | undefined> {
  const detail = error instanceof GitError ? error.detail : undefined;
  if (detail?.kind === "refused-object" && detail.object !== request.head) {
    const objects = wanted.objects.filter((id) => id !== detail.object);
    if (objects.length < wanted.objects.length) return { ...wanted, objects };
  }
  if (detail?.kind === "missing-ref") {
    const refs = await listRemoteRefs(context, request.remote, wanted.refs);
    if (refs.length < wanted.refs.length) return { ...wanted, refs };
  }
  return undefined;
}
