/** Stores the outcome of a scan and asks for its report, in one transaction. */
import { recordBlobHits } from "../db/blob-hits.ts";
import { recordSighting } from "../db/incidents.ts";
import { hasNewerHead, type RangeOutcome, recordRangeOutcome } from "../db/ranges.ts";
import { advanceScannedTip } from "../db/refs.ts";
import type { DbTransaction, RangeSource } from "../db/schema.ts";
import type { Gap } from "../model/fragment.ts";
import type { AccountId, ObjectId, RepositoryId } from "../model/ids.ts";
import type { JobPriority } from "../queue/jobs.ts";
import type { Decision } from "../triage/decide.ts";
import type { CollectedHits } from "./collect-hits.ts";
import type { JobParts } from "./parts.ts";
import type { ScanSubject } from "./scan-range.ts";

export interface ScanResult {
  readonly decisions: readonly Decision[];
  readonly hits: CollectedHits;
  readonly gaps: readonly Gap[];
  readonly commitCount: number;
  readonly objectCount: number;
  readonly knownObjectCount: number;
  readonly scanMs: number;
  /** Whether everything was scanned that the range is compared with. */
  readonly basesAreScanned: boolean;
}

export async function recordScan(
  parts: JobParts,
  subject: ScanSubject,
  result: ScanResult,
): Promise<void> {
  const { range, repository } = subject;
  const at = parts.now();
  const rulesHash = parts.rules.hash;
  await parts.db.transaction().execute(async (trx) => {
    const scope = { repositoryId: repository.id as RepositoryId, rulesHash };
    const fresh = [...result.hits.fresh()].flatMap(([blob, findings]) =>
      findings.map((finding) => ({ ...finding, blob })),
    );
    await recordBlobHits(trx, scope, fresh);
    const findings: RangeOutcome["findings"][number][] = [];
    for (const decision of result.decisions) {
      const incidentId = await recordDecision(trx, subject, decision, at);
      const { isIntroduced, isInHead } = decision;
      findings.push({ incidentId, isIntroduced, isInHead });
    }
    await recordRangeOutcome(trx, range.id, {
      state: "scanned",
      commitCount: result.commitCount,
      objectCount: result.objectCount,
      knownObjectCount: result.knownObjectCount,
      scannedBytes: result.hits.scannedBytes,
      scanMs: result.scanMs,
      rulesHash,
      findings,
      gaps: countGaps(result.gaps),
      at,
    });
    // Only a scan without failures may let the next one skip what this one read.
    const isRef = range.source === "push" || range.source === "history";
    if (isRef && !result.gaps.some((gap) => gap.kind === "failed")) {
      await advanceScannedTip(trx, {
        repositoryId: scope.repositoryId,
        refId: range.source_id,
        base: range.base,
        head: range.head as ObjectId,
        basesAreScanned: result.basesAreScanned,
        rulesHash,
        at,
      });
    }
    const isOutrun = range.source === "push" && (await hasNewerHead(trx, range));
    await enqueueReport(parts, trx, subject, priorityOf(range.source, result, isOutrun));
  });
}

/** Leaves the gap `git-failed`, so that the head's check is not green. */
export async function recordFailedScan(parts: JobParts, subject: ScanSubject): Promise<void> {
  await parts.db.transaction().execute(async (trx) => {
    await recordRangeOutcome(trx, subject.range.id, {
      state: "failed",
      commitCount: 0,
      objectCount: 0,
      knownObjectCount: 0,
      scannedBytes: 0,
      scanMs: 0,
      rulesHash: parts.rules.hash,
      findings: [],
      gaps: [{ kind: "failed", reason: "git-failed", object_count: 1 }],
      at: parts.now(),
    });
    await enqueueReport(parts, trx, subject, "urgent");
  });
}

/**
 * Somebody waits for the check of a merge, and has to hear of a key: green pushes come after, and
 * of these the heads that their branches have left behind come last.
 */
function priorityOf(
  source: RangeSource,
  { decisions, gaps }: ScanResult,
  isOutrun: boolean,
): JobPriority {
  const isMerge = source === "pull" || source === "merge-group";
  const isRed = decisions.length > 0 || gaps.some((gap) => gap.kind === "failed");
  if (isMerge || isRed) return "urgent";
  return isOutrun ? "background" : "normal";
}

async function recordDecision(
  trx: DbTransaction,
  { range, repository }: ScanSubject,
  decision: Decision,
  at: Date,
): Promise<number> {
  const { occurrences, fingerprint, rule, masked, lane, severity } = decision;
  const accountId = repository.account_id as AccountId;
  const repositoryId = repository.id as RepositoryId;
  const sighting = { accountId, repositoryId, fingerprint, rule, masked, lane, severity };
  const places = { occurrences, personId: range.pusher_id };
  return await recordSighting(trx, { ...sighting, seenAt: at }, places);
}

async function enqueueReport(
  parts: JobParts,
  trx: DbTransaction,
  { range, repository, installationId }: ScanSubject,
  priority: JobPriority,
): Promise<void> {
  const repositoryId = repository.id;
  if (range.source === "history") {
    await parts.queue.enqueue(trx, "report-backlog", { installationId, repositoryId });
  } else {
    const { head } = range;
    const job = { installationId, repositoryId, head };
    await parts.queue.enqueue(trx, "report-head", job, { priority });
  }
}

function countGaps(gaps: readonly Gap[]): RangeOutcome["gaps"] {
  const counts = new Map<string, RangeOutcome["gaps"][number]>();
  for (const { kind, reason } of gaps) {
    const key = `${kind} ${reason}`;
    const object_count = (counts.get(key)?.object_count ?? 0) + 1;
    counts.set(key, { kind, reason, object_count });
  }
  return [...counts.values()];
}
