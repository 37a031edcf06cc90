/** Decides what a range is compared with, and opens the walk over its objects. */
import { isRefNamed, listScannedTips } from "../db/refs.ts";
import type { ObjectId, RepositoryId } from "../model/ids.ts";
import type { Walk } from "../source/walk.ts";
import type { JobParts } from "./parts.ts";
import { remoteOf } from "./remote-of.ts";
import type { ScanSubject } from "./scan-range.ts";

/** A first fetch that takes too long falls back to this many commits: what one push event lists. */
const SHALLOW_DEPTH = 2_050;

/**
 * A ref that moved is compared with where it was. A new ref is compared with everything else that
 * is known: the tips that were scanned, and the default branch. A new default branch is compared
 * with nothing: it is the first of its repository, and what else is known was made from it, and
 * only happened to be heard of before.
 */
export async function openRangeWalk(
  parts: JobParts,
  { range, repository, installationId, signal }: ScanSubject & { readonly signal: AbortSignal },
): Promise<Walk> {
  const repositoryId = repository.id as RepositoryId;
  const tips = await listScannedTips(parts.db, repositoryId);
  const isNewRef = range.base === null;
  const isFirst = isNewRef && (await isDefaultBranch(parts, range, repository));
  const scannedTips = tips.filter((tip) => tip.rulesHash === parts.rules.hash);
  // What other rules read counts as known where a new ref is judged, but not as read.
  const known = range.source === "history" ? scannedTips : tips;
  const otherTips = known.filter((tip) => tip.refId !== range.source_id).map(({ tip }) => tip);
  return await parts.source.openWalk({
    repositoryId,
    remote: remoteOf(parts, { repository, installationId }),
    head: range.head as ObjectId,
    bases: basesOf(range.base, isFirst ? [] : otherTips),
    baseRefs: isNewRef && !isFirst ? listDefaultBranch(range, repository) : [],
    // A fork's head is reachable here by the pull request's own ref.
    fetchRefs: range.source === "pull" ? [`refs/pull/${range.source_id}/head`] : [],
    scannedTips: scannedTips.map(({ tip }) => tip),
    // A history is read whole or not at all.
    ...(range.source !== "history" && { shallowDepth: SHALLOW_DEPTH }),
    signal,
  });
}

function basesOf(base: string | null, ofNewRef: readonly ObjectId[]): readonly ObjectId[] {
  return base === null ? ofNewRef : [base as ObjectId];
}

/** A ref without a row has no name. */
async function isDefaultBranch(
  parts: JobParts,
  { source, source_id: refId }: ScanSubject["range"],
  repository: ScanSubject["repository"],
): Promise<boolean> {
  if (source !== "push" || refId === 0 || repository.default_branch === "") return false;
  return await isRefNamed(parts.db, refId, `refs/heads/${repository.default_branch}`);
}

function listDefaultBranch(
  { source }: ScanSubject["range"],
  repository: ScanSubject["repository"],
): readonly string[] {
  if (source === "history" || repository.default_branch === "") return [];
  return [`refs/heads/${repository.default_branch}`];
}
