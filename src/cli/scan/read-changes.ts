/** Scans what is staged, or what a range of commits brings: new keys alone. */
import type { Fingerprint, ObjectId } from "../../model/ids.ts";
import { catBlobs } from "../../source/cat-file.ts";
import type { GitContext } from "../../source/git-command.ts";
import type { LocalChange } from "../../source/local/changes.ts";
import type { Engine, Piece } from "./engine.ts";
import type { Hit, Origin, Scanned, Skipped } from "./item.ts";

export interface ChangeReading {
  /** Read twice: to know what to scan, and to say who brought what was found. */
  readonly listChanges: () => AsyncIterable<readonly LocalChange[]>;
  readonly fileBytesMax: number;
  readonly isExcluded: (path: string) => boolean;
  /** Blobs whose place is of interest though they hold nothing; asked when all new ones were read. */
  readonly listLookedAt: () => Iterable<ObjectId>;
}

/**
 * Every version that the changes bring is read, also of a file that a later commit removes. A key
 * counts as new where none of the versions holds it that the same commit replaces or deletes: in
 * the same file or in another, so that moving a key is not reported. Throws a GitError.
 */
export async function scanChanges(
  context: GitContext,
  engine: Engine,
  reading: ChangeReading,
): Promise<Scanned> {
  const { blobs, complete } = await listBlobs(context, reading);
  const read = (ids: Iterable<ObjectId>) =>
    engine.scanAll(pieces(context, [...ids], reading.fileBytesMax));
  const scanned = await read(blobs);
  const byBlob = new Map(scanned.hits.map((hit) => [hit.blob, hit]));
  const lookedAt = [...reading.listLookedAt()];
  const wanted = new Set([...byBlob.keys(), ...gapBlobs(scanned.skipped), ...lookedAt]);
  const commits = await groupByCommit(reading, wanted);

  const known = new Set(blobs);
  const old = new Set(commits.flatMap(({ replaced }) => replaced).filter((id) => !known.has(id)));
  // What an old version did not show is no gap of this scan.
  for (const hit of (await read(old)).hits) byBlob.set(hit.blob, hit);
  const origins = listOrigins(commits);
  return {
    hits: commits.flatMap((commit) => newHits(commit, byBlob)),
    skipped: [
      ...scanned.skipped.map((skipped) => placeGap(skipped, origins)),
      ...(complete ? [] : [TOO_MANY]),
    ],
    originOf: (blob) => origins.get(blob),
  };
}

/** Versions that one commit replaces and that are read again, as in the service. */
const REPLACED_MAX = 5_000;

const TOO_MANY: Skipped = {
  origin: { kind: "file" },
  gap: { kind: "by-nature", reason: "too-many-objects" },
};

/** What is staged is one commit to be. */
interface ChangedFiles {
  /** Of the blobs that are of interest. */
  readonly changes: LocalChange[];
  readonly replaced: ObjectId[];
}

async function listBlobs(
  context: GitContext,
  { listChanges, isExcluded }: ChangeReading,
): Promise<{ blobs: ReadonlySet<ObjectId>; complete: boolean }> {
  const blobs = new Set<ObjectId>();
  for await (const changes of listChanges()) {
    for (const { path, blob } of changes) {
      if (blob === undefined || isExcluded(path)) continue;
      if (blobs.size >= context.settings.limits.objectsMax) return { blobs, complete: false };
      blobs.add(blob);
    }
  }
  return { blobs, complete: true };
}

async function* pieces(
  context: GitContext,
  ids: readonly ObjectId[],
  bytesMax: number,
): AsyncGenerator<Piece> {
  if (ids.length === 0) return;
  // Their paths are looked up later, for hits only.
  const origin: Origin = { kind: "file" };
  for await (const item of catBlobs(context, {}, ids, bytesMax)) {
    yield "bytes" in item ? { ...item, origin } : { origin, gap: item };
  }
}

function gapBlobs(skipped: readonly Skipped[]): readonly ObjectId[] {
  return skipped.map(({ gap }) => gap.blob).filter((blob) => blob !== undefined);
}

async function groupByCommit(
  { listChanges, isExcluded }: ChangeReading,
  wanted: ReadonlySet<ObjectId>,
): Promise<readonly ChangedFiles[]> {
  const groups: ChangedFiles[] = [];
  if (wanted.size === 0) return groups;
  let commit: ObjectId | undefined;
  let current = openGroup();
  for await (const changes of listChanges()) {
    for (const change of changes) {
      if (change.commit?.id !== commit) current = openGroup();
      commit = change.commit?.id;
      current.replaced.push(...change.oldBlobs.slice(0, REPLACED_MAX - current.replaced.length));
      const isWanted = change.blob !== undefined && wanted.has(change.blob);
      if (!isWanted || isExcluded(change.path)) continue;
      if (current.changes.length === 0) groups.push(current);
      current.changes.push(change);
    }
  }
  return groups;
}

function openGroup(): ChangedFiles {
  return { changes: [], replaced: [] };
}

function newHits(
  { changes, replaced }: ChangedFiles,
  byBlob: ReadonlyMap<ObjectId, Hit>,
): readonly Hit[] {
  const known = new Set<Fingerprint>(
    replaced.flatMap((id) => byBlob.get(id)?.findings ?? []).map(({ fingerprint }) => fingerprint),
  );
  return changes.flatMap((change) => {
    const hit = change.blob && byBlob.get(change.blob);
    const findings = hit?.findings.filter(({ fingerprint }) => !known.has(fingerprint)) ?? [];
    if (hit === undefined || findings.length === 0) return [];
    return [{ blob: hit.blob, origin: originOf(change), findings }];
  });
}

/** Of each blob the first. */
function listOrigins(commits: readonly ChangedFiles[]): ReadonlyMap<ObjectId, Origin> {
  const origins = new Map<ObjectId, Origin>();
  for (const change of commits.flatMap(({ changes }) => changes)) {
    if (change.blob !== undefined && !origins.has(change.blob)) {
      origins.set(change.blob, originOf(change));
    }
  }
  return origins;
}

function originOf({ path, commit }: LocalChange): Origin {
  return { kind: "file", path, ...(commit === undefined ? {} : { commit }) };
}

function placeGap(skipped: Skipped, origins: ReadonlyMap<ObjectId, Origin>): Skipped {
  const origin = skipped.gap.blob && origins.get(skipped.gap.blob);
  return origin === undefined ? skipped : { ...skipped, origin };
}
