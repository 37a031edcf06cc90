/** Runs the blobs of a walk through the scanning threads and gathers what they hold. */
import { listBlobHits } from "../db/blob-hits.ts";
import type { RepositoryRow } from "../db/repositories.ts";
import type { Finding } from "../model/finding.ts";
import type { Fragment, Gap } from "../model/fragment.ts";
import type { Fingerprint, ObjectId, RepositoryId } from "../model/ids.ts";
import type { Walk } from "../source/walk.ts";
import type { JobParts } from "./parts.ts";
import type { ScannedFragment } from "./scan-fragments.ts";
import type { ScanSubject } from "./scan-range.ts";

/** What is known of the blobs of one range. */
export interface CollectedHits {
  of(blob: ObjectId): readonly Finding[];
  /** Blobs of the range itself, not old versions, that hold anything. */
  blobsWithFindings(): ReadonlySet<ObjectId>;
  /** Keys of the range itself. */
  fingerprints(): ReadonlySet<Fingerprint>;
  /** Findings that are not remembered yet, by blob. */
  fresh(): ReadonlyMap<ObjectId, readonly Finding[]>;
  readonly gaps: readonly Gap[];
  readonly scannedBytes: number;
}

interface Collection extends CollectedHits {
  readonly gaps: Gap[];
  scannedBytes: number;
  add(
    blob: ObjectId,
    findings: readonly Finding[],
    from: "scan" | "memory" | "old-scan" | "old-memory",
  ): void;
}

const BATCH_BYTES_MAX = 1_000_000;
const BATCH_FRAGMENTS_MAX = 256;
/** Batches under way at once, so that reading goes on while the threads scan. */
const BATCHES_MAX = 4;

/** Reads and scans the new blobs of a range, and recalls the hits of those scanned before. */
export async function collectHits(
  parts: JobParts,
  { repository }: ScanSubject,
  walk: Walk,
): Promise<CollectedHits> {
  const collection = createCollection();
  const limits = limitsOf(parts);
  await scanAll(parts, repository, walk.fragments(limits), collection, "scan");
  const scanned = new Set(walk.blobsToScan);
  const recalled = walk.rangeBlobs.filter((blob) => !scanned.has(blob));
  await recall(parts, repository, recalled, collection, "memory");
  return collection;
}

/** Adds the hits of versions that the range replaced, recalled where they are known. */
export async function collectOldHits(
  parts: JobParts,
  repository: RepositoryRow,
  walk: Walk,
  hits: CollectedHits,
  oldBlobs: readonly ObjectId[],
): Promise<void> {
  const collection = hits as Collection;
  const inRange = new Set(walk.rangeBlobs);
  const outside = oldBlobs.filter((blob) => !inRange.has(blob));
  await recall(parts, repository, outside, collection, "old-memory");
  // A blob without remembered hits may be clean or never seen: it is read to be sure.
  const unknown = outside.filter((blob) => collection.of(blob).length === 0);
  if (unknown.length === 0) return;
  await scanAll(
    parts,
    repository,
    walk.readBlobs(unknown, limitsOf(parts)),
    collection,
    "old-scan",
  );
}

function limitsOf(parts: JobParts) {
  const { blobBytesMax, pushBytesMax } = parts.limits;
  return { blobBytesMax, totalBytesMax: pushBytesMax };
}

async function recall(
  parts: JobParts,
  repository: RepositoryRow,
  blobs: readonly ObjectId[],
  collection: Collection,
  from: "memory" | "old-memory",
): Promise<void> {
  const scope = { repositoryId: repository.id as RepositoryId, rulesHash: parts.rules.hash };
  for (const hit of await listBlobHits(parts.db, scope, blobs)) {
    const { blob, ...finding } = hit;
    collection.add(blob, [finding], from);
  }
}

async function scanAll(
  parts: JobParts,
  repository: RepositoryRow,
  items: AsyncIterable<Fragment | Gap>,
  collection: Collection,
  from: "scan" | "old-scan",
): Promise<void> {
  const fingerprintKey = parts.fingerprintKey(repository.account_id);
  const running = new Set<Promise<void>>();
  for await (const batch of inBatches(items, from === "scan" ? collection : undefined)) {
    const scan = parts.pool.scan(batch, fingerprintKey).then((results) => {
      for (const result of results) keep(result, collection, from);
    });
    const done = scan.finally(() => running.delete(done));
    running.add(done);
    if (running.size >= BATCHES_MAX) await Promise.race(running);
  }
  await Promise.all(running);
}

function keep(result: ScannedFragment, collection: Collection, from: "scan" | "old-scan"): void {
  collection.add(result.blob, result.findings, from);
  // What an old version did not show is no gap of this push.
  if (from === "scan") collection.gaps.push(...result.gaps);
}

async function* inBatches(
  items: AsyncIterable<Fragment | Gap>,
  totals: Collection | undefined,
): AsyncGenerator<readonly Fragment[]> {
  let batch: Fragment[] = [];
  let bytes = 0;
  for await (const item of items) {
    if ("kind" in item) {
      totals?.gaps.push(item);
      continue;
    }
    batch.push(item);
    bytes += item.bytes.length;
    if (totals !== undefined) totals.scannedBytes += item.bytes.length;
    if (bytes < BATCH_BYTES_MAX && batch.length < BATCH_FRAGMENTS_MAX) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

function createCollection(): Collection {
  const known = new Map<ObjectId, Finding[]>();
  const ofRange = new Set<ObjectId>();
  const fresh = new Map<ObjectId, Finding[]>();
  return {
    gaps: [],
    scannedBytes: 0,
    of: (blob) => known.get(blob) ?? [],
    blobsWithFindings: () => ofRange,
    fingerprints: () =>
      new Set(
        [...ofRange].flatMap((blob) => (known.get(blob) ?? []).map((hit) => hit.fingerprint)),
      ),
    fresh: () => fresh,
    add(blob, findings, from) {
      if (findings.length === 0) return;
      const hits = [...(known.get(blob) ?? []), ...findings];
      known.set(blob, hits);
      if (from === "scan" || from === "memory") ofRange.add(blob);
      if (from === "scan" || from === "old-scan") fresh.set(blob, hits);
    },
  };
}
