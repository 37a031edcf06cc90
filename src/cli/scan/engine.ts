/**
 * Scans items as they come, in this thread first and in several once there is enough to do.
 *
 * A thread costs a fifth of a second until its engine is as fast as the one here, in which this one
 * scans 60 MB: with two of them the Kubernetes tree (80 MB) took twice the processor time, and no
 * less of the user's.
 */
import type { CreateOwnSearch } from "../../job/own/search.ts";
import { createOwnUse, LOCAL_OWN_LIMITS } from "../../job/own/use.ts";
import {
  createFragmentScan,
  type FragmentScan,
  type ScannedFragment,
} from "../../job/scan-fragments.ts";
import { createScanPool, type ScanPool } from "../../job/scan-pool.ts";
import type { OwnRuleSet } from "../../model/own-rule.ts";
import type { CompiledRules } from "../../model/rule.ts";
import type { Hit, ScanItem, Scanned, Skipped } from "./item.ts";
import type { Progress } from "./progress.ts";

export interface Engine {
  /** Scans to the end; hits are in the order of the items. Throws the signal's reason. */
  scanAll(items: Iterable<Piece> | AsyncIterable<Piece>): Promise<Scanned>;
  totals(): Totals;
  close(): Promise<void>;
}

export type Piece = ScanItem | Skipped;

export interface Totals {
  readonly itemCount: number;
  readonly bytes: number;
}

export interface LocalOwnRules {
  readonly rules: OwnRuleSet;
  readonly createSearch: CreateOwnSearch;
}

export interface EngineOptions {
  readonly rules: CompiledRules;
  /** Those of the configuration, if there are any. */
  readonly own?: LocalOwnRules;
  readonly fingerprintKey: Uint8Array;
  readonly threadCount: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Sees every item besides; for `--explain`. */
  readonly look?: (item: ScanItem) => void;
}

const BATCH_BYTES_MAX = 1_000_000;
const BATCH_ITEMS_MAX = 256;
/** What is read with one thread before others are started. */
const ALONE_BYTES_MAX = 150_000_000;
/** Read and not yet scanned: a thread has a copy of its part, so that large files count twice. */
const RUNNING_BYTES_MAX = 20_000_000;
/** Findings of one scan at most: a file that is all keys is no reason to fill the memory. */
const FINDINGS_MAX = 200_000;

export function createEngine(options: EngineOptions): Engine {
  const { rules, own, fingerprintKey, threadCount, progress, signal, look } = options;
  const totals = { itemCount: 0, bytes: 0, findingCount: 0 };
  const use = own && createOwnUse(own.rules, LOCAL_OWN_LIMITS);
  const createOwnSearch = own?.createSearch ?? (() => () => []);
  let scanHere: FragmentScan | undefined = createFragmentScan(rules, createOwnSearch);
  let pool: ScanPool | undefined;

  const scan = async (batch: readonly ScanItem[]): Promise<readonly ScannedFragment[]> => {
    const isEnough = threadCount > 1 && totals.bytes > ALONE_BYTES_MAX;
    if (scanHere !== undefined && !isEnough) {
      return scanHere(batch, fingerprintKey, use?.begin()).results;
    }
    // The engine here is not used again, and its memory is of use to the others.
    scanHere = undefined;
    pool ??= createScanPool({ rules, threadCount });
    const fragments = batch.map(({ blob, bytes }) => ({ blob, bytes }));
    return await pool.scan(fragments, fingerprintKey, use);
  };

  return {
    async scanAll(items) {
      const found: Found = { batches: [], skipped: [] };
      const running = new Set<Promise<void>>();
      let runningBytes = 0;
      for await (const { batch, skipped } of inBatches(items)) {
        signal.throwIfAborted();
        found.skipped.push(...skipped);
        if (look !== undefined) for (const item of batch) look(item);
        // Lists of names are no items that anybody counts.
        const own = batch.filter(({ origin }) => origin.names === undefined);
        totals.itemCount += own.length;
        totals.bytes += bytesOf(own);
        const batchBytes = bytesOf(batch);
        runningBytes += batchBytes;
        // Its place is taken now, so that the order does not depend on which thread is quicker.
        const hits: Hit[] = [];
        found.batches.push(hits);
        const done = scan(batch)
          .then((results) => keep(batch, results, { hits, skipped: found.skipped, totals }))
          .finally(() => {
            running.delete(done);
            runningBytes -= batchBytes;
          });
        running.add(done);
        progress.show(totals.itemCount, totals.bytes);
        // Bounds what is in memory; one more than there are threads, so that none of them waits.
        while (
          running.size > threadCount ||
          (running.size > 0 && runningBytes > RUNNING_BYTES_MAX)
        ) {
          await Promise.race(running);
        }
      }
      await Promise.all(running);
      return { hits: found.batches.flat(), skipped: found.skipped };
    },
    totals: () => ({ itemCount: totals.itemCount, bytes: totals.bytes }),
    async close() {
      await pool?.close();
    },
  };
}

function bytesOf(items: readonly ScanItem[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

interface Found {
  readonly batches: Hit[][];
  readonly skipped: Skipped[];
}

interface Keeping {
  readonly hits: Hit[];
  readonly skipped: Skipped[];
  readonly totals: { findingCount: number };
}

function keep(
  batch: readonly ScanItem[],
  results: readonly ScannedFragment[],
  { hits, skipped, totals }: Keeping,
): void {
  for (const [index, { blob, findings, gaps }] of results.entries()) {
    const origin = batch[index]?.origin;
    if (origin === undefined) continue;
    skipped.push(...gaps.map((gap) => ({ origin, gap })));
    if (findings.length === 0) continue;
    const room = FINDINGS_MAX - totals.findingCount;
    totals.findingCount += Math.min(findings.length, room);
    if (room > 0) hits.push({ origin, blob, findings: findings.slice(0, room) });
    if (findings.length > room) {
      skipped.push({ origin, gap: { kind: "by-nature", reason: "too-many-findings", blob } });
    }
  }
}

interface Batch {
  readonly batch: readonly ScanItem[];
  readonly skipped: readonly Skipped[];
}

async function* inBatches(pieces: Iterable<Piece> | AsyncIterable<Piece>): AsyncGenerator<Batch> {
  let batch: ScanItem[] = [];
  let skipped: Skipped[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    if ("gap" in piece) {
      skipped.push(piece);
    } else {
      batch.push(piece);
      bytes += piece.bytes.length;
    }
    if (bytes < BATCH_BYTES_MAX && batch.length < BATCH_ITEMS_MAX) continue;
    yield { batch, skipped };
    batch = [];
    skipped = [];
    bytes = 0;
  }
  yield { batch, skipped };
}
