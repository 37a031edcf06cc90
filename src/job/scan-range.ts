/** Scans what a head brings over its base, and records what that shows. Safe to run again. */
import { listBlobsHolding } from "../db/blob-hits.ts";
import { findPull } from "../db/pulls.ts";
import { findRange, type RangeRow } from "../db/ranges.ts";
import { getRepository, type RepositoryRow } from "../db/repositories.ts";
import type { Change } from "../model/change.ts";
import type { Gap } from "../model/fragment.ts";
import type { Fingerprint, InstallationId, ObjectId, RepositoryId } from "../model/ids.ts";
import type { JobData } from "../queue/jobs.ts";
import type { JobContext } from "../queue/workers.ts";
import { GitError } from "../source/git-error.ts";
import type { Walk } from "../source/walk.ts";
import { type Decision, decide } from "../triage/decide.ts";
import { type CollectedHits, collectHits, collectOldHits } from "./collect-hits.ts";
import { collectTextHits, type TextHits } from "./collect-text-hits.ts";
import { maskNames } from "./mask-texts.ts";
import { openRangeWalk } from "./open-range-walk.ts";
import { RANGE_OWN_LIMITS } from "./own/use.ts";
import { noticeOwnRules, withOwnRules } from "./own/with-own-rules.ts";
import type { JobParts } from "./parts.ts";
import { recordFailedScan, recordScan } from "./record-scan.ts";
import { ruleFactsOf } from "./rule-facts.ts";
import { showProgress } from "./write-check.ts";

export async function scanRange(
  parts: JobParts,
  data: JobData["scan-range"],
  context: JobContext,
): Promise<void> {
  const range = await findRange(parts.db, data.rangeId);
  const installationId = data.installationId as InstallationId;
  if (range === undefined) return;
  if (!(await parts.serves(installationId, range.repository_id))) return;
  const repository = await getRepository(parts.db, range.repository_id);
  const progress = showProgress(
    parts,
    { repository, installationId, head: range.head },
    await delayMs(parts, { range, repository, installationId }),
  );
  try {
    const subject = { range, repository, installationId };
    const own = await withOwnRules(parts, subject, RANGE_OWN_LIMITS);
    await scan(own, { ...subject, signal: context.signal });
    await noticeOwnRules(own, subject);
  } catch (cause) {
    await dropBrokenCache(parts, range, cause, context);
    // What cannot be read must not stay unseen: the last attempt leaves a check that says so.
    if (context.isLastAttempt || isFinal(cause)) {
      await recordFailedScan(parts, { range, repository, installationId });
      parts.log.error(
        { repository: repository.id, range: range.id, error: String(cause) },
        "a scan failed for good; its check says so",
      );
    }
    // The job fails too: only then does a redelivery queue it again.
    if (!isFinal(cause)) throw cause;
  } finally {
    await progress.end();
    parts.queue.wake("report-head");
  }
}

/** What is over a bound today is over it tomorrow; trying again would only hold up others. */
function isFinal(cause: unknown): boolean {
  return cause instanceof GitError && cause.kind === "too-large";
}

/** A branch that requires the check must never seem to have none. */
async function delayMs(parts: JobParts, subject: ScanSubject): Promise<number> {
  const { range, repository } = subject;
  if (range.source === "merge-group") return 0;
  if (range.source !== "pull") return parts.limits.showProgressAfterMs;
  const pull = await findPull(parts.db, repository.id as RepositoryId, range.source_id);
  const branch = pull?.base_branch ?? repository.default_branch;
  // A name that held a key is not kept, and any branch may require the check.
  if (branch === "") return 0;
  const isRequired = await parts.requiredBranches.requires(subject, branch);
  return isRequired ? 0 : parts.limits.showProgressAfterMs;
}

export interface ScanSubject {
  readonly range: RangeRow;
  readonly repository: RepositoryRow;
  readonly installationId: InstallationId;
}

/** Reads and judges one range and stores what it shows. @throws what git or the database throws. */
export async function scan(
  parts: JobParts,
  subject: ScanSubject & { readonly signal: AbortSignal },
): Promise<void> {
  const started = performance.now();
  const walk = await openRangeWalk(parts, subject);
  try {
    const [hits, texts] = await Promise.all([
      collectHits(parts, subject, walk),
      collectTextHits(parts, subject.repository, walk),
    ]);
    const decisions = await judge(parts, subject, walk, { hits, texts });
    const durationMs = Math.round(performance.now() - started);
    const kept = decisions.toSorted(moreImportantFirst).slice(0, KEYS_MAX);
    const cut: readonly Gap[] =
      kept.length < decisions.length ? [{ kind: "by-nature", reason: "too-many-keys" }] : [];
    await recordScan(parts, subject, {
      decisions: kept,
      hits,
      gaps: [...hits.gaps, ...texts.gaps, ...cut],
      commitCount: walk.commitCount,
      objectCount: walk.blobsToScan.length,
      knownObjectCount: walk.rangeBlobs.length - walk.blobsToScan.length,
      scanMs: durationMs,
      basesAreScanned: walk.basesAreScanned && !walk.shallow,
    });
    const lanes = decisions.map(({ lane }) => lane);
    parts.observeScan({ durationMs, bytes: hits.scannedBytes, lanes });
  } finally {
    await walk.close();
  }
  parts.queue.wake(subject.range.source === "history" ? "report-backlog" : "report-head");
}

/** Keys of one range that are recorded: nobody triages more, and storing them holds up the door. */
const KEYS_MAX = 1_000;

function moreImportantFirst(a: Decision, b: Decision): number {
  const rank = ({ isIntroduced, lane }: Decision): number =>
    (isIntroduced ? 0 : 2) + (lane === "provider" ? 0 : 1);
  return rank(a) - rank(b);
}

/** From this attempt on a git failure without a cause is taken for a damaged cache. */
const DROP_CACHE_FROM_ATTEMPT = 3;

async function dropBrokenCache(
  parts: JobParts,
  range: RangeRow,
  cause: unknown,
  { attempt, signal }: JobContext,
): Promise<void> {
  const isUnexplained = cause instanceof GitError && cause.kind === "failed";
  if (!isUnexplained || attempt < DROP_CACHE_FROM_ATTEMPT) return;
  await parts.source.dropCache(range.repository_id as RepositoryId, signal);
}

async function judge(
  parts: JobParts,
  { range, repository }: ScanSubject,
  walk: Walk,
  { hits, texts }: { readonly hits: CollectedHits; readonly texts: TextHits },
): Promise<readonly Decision[]> {
  const hitBlobs = hits.blobsWithFindings();
  if (hitBlobs.size === 0 && texts.hits.length === 0) return [];
  const changes = await maskNames(parts, repository, await walk.changes(hitBlobs));
  await collectOldHits(parts, repository, walk, hits, oldBlobsOf(changes));
  const inHead = await walk.treeHolds(range.head as ObjectId, hitBlobs);
  return decide({
    changes,
    hitsOf: (blob) => hits.of(blob),
    textHits: texts.hits,
    headBlobs: new Set(inHead.keys()),
    baseKeys: await keysOfBase(parts, { range, repository }, walk, hits),
    rules: ruleFactsOf(parts.rules),
  });
}

function oldBlobsOf(changes: readonly Change[]): readonly ObjectId[] {
  const ids = new Set<ObjectId>();
  for (const change of changes) {
    for (const id of [...change.oldBlobs, ...change.deletedBlobs]) ids.add(id);
  }
  return [...ids];
}

/**
 * Keys of this range that the base's tree is known to hold, wherever: a key that is copied from
 * one file to another is no new key.
 */
async function keysOfBase(
  parts: JobParts,
  { range, repository }: Pick<ScanSubject, "range" | "repository">,
  walk: Walk,
  hits: CollectedHits,
): Promise<ReadonlySet<Fingerprint>> {
  if (range.base === null || walk.missingBases.length > 0) return new Set();
  const repositoryId = repository.id as RepositoryId;
  const holding = await listBlobsHolding(parts.db, repositoryId, [...hits.fingerprints()]);
  if (holding.length === 0) return new Set();
  const blobs = new Set(holding.map(({ blob }) => blob));
  const inBase = await walk.treeHolds(range.base as ObjectId, blobs);
  return new Set(
    holding.filter(({ blob }) => inBase.has(blob)).map(({ fingerprint }) => fingerprint),
  );
}
