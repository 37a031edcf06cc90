/** Brings issues, check run and comments of a head in line with what is recorded of it. */
import { listOpenPulls, type PullRow } from "../db/pulls.ts";
import {
  listRangeFindings,
  listRangeGaps,
  listRanges,
  type RangeFinding,
  type RangeRow,
} from "../db/ranges.ts";
import { getRepository } from "../db/repositories.ts";
import type { GapReason } from "../model/fragment.ts";
import type { HeadReport, ReportedGap, ReportedKey } from "../model/head-report.ts";
import type { InstallationId, ObjectId, RepositoryId } from "../model/ids.ts";
import type { PolicyReport } from "../model/policy.ts";
import { type CompiledRules, SEVERITIES } from "../model/rule.ts";
import type { JobData } from "../queue/jobs.ts";
import { renderCheckRun, renderCheckRunForPublic } from "../report/check-run.ts";
import { conclude } from "../triage/conclude.ts";
import { applyPolicy } from "./apply-policy.ts";
import { type Audience, policyContextOf, readAudience } from "./audience.ts";
import { isForeign } from "./foreign-pull.ts";
import type { JobParts } from "./parts.ts";
import { type KeyDetails, readKeys } from "./read-keys.ts";
import { type CheckSubject, withHeadLock, writeCheck } from "./write-check.ts";
import { writeComment } from "./write-comment.ts";
import { type IssueContext, writeIssue } from "./write-issue.ts";

export async function reportHead(parts: JobParts, data: JobData["report-head"]): Promise<void> {
  const installationId = data.installationId as InstallationId;
  if (!(await parts.serves(installationId, data.repositoryId))) return;
  const repository = await getRepository(parts.db, data.repositoryId);
  const subject: CheckSubject = { repository, installationId, head: data.head };
  const pulls = await withHeadLock(parts, subject, () => reportLocked(parts, subject));
  for (const pull of pulls) await writeComment(parts, { ...subject, number: pull.number });
}

/** @returns the pull requests whose comment has to follow. */
async function reportLocked(parts: JobParts, subject: CheckSubject): Promise<readonly PullRow[]> {
  const repositoryId = subject.repository.id as RepositoryId;
  const head = subject.head as ObjectId;
  const ranges = await listRanges(parts.db, repositoryId, head);
  // The scan of the last range of this head that is not done yet will report for all.
  if (ranges.length === 0 || ranges.some((range) => range.state === "waiting")) return [];
  const audience = await readAudience(parts, subject);
  const pulls = await listOpenPulls(parts.db, repositoryId, head);
  const evidence = { ranges, pulls, audience };
  const { keys, policy } = await reportKeys(parts, subject, evidence);
  const gaps = await readGaps(parts, ranges);
  const { rules } = audience;
  const report = assemble(parts, subject, { ranges, keys, gaps, policy, rules });
  const state = audience.isPublic ? renderCheckRunForPublic(report) : renderCheckRun(report);
  await writeCheck(parts, subject, state);
  return pulls;
}

interface HeadEvidence {
  readonly ranges: readonly RangeRow[];
  readonly pulls: readonly PullRow[];
  readonly audience: Audience;
}

/** One entry per key: introduced when any range introduces it, in head when any shows it. */
async function reportKeys(
  parts: JobParts,
  subject: CheckSubject,
  evidence: HeadEvidence,
): Promise<{ readonly keys: readonly ReportedKey[]; readonly policy: PolicyReport }> {
  const { ranges, audience } = evidence;
  const rangeIds = ranges.map((range) => range.id);
  const findings = await listRangeFindings(parts.db, rangeIds);
  const details = await readKeys(parts, mergeFindings(findings), (finding) => ({
    isIntroduced: finding.is_introduced,
    isInHead: finding.is_in_head,
  }));
  const { silenced, report: policy } = await applyPolicy(policyContextOf(parts, audience), details);
  // The issue of a key that only strangers propose waits for the merge.
  const hasKeys = details.length > silenced.size;
  const foreign = hasKeys ? await listForeignRanges(parts, subject, evidence) : new Set<number>();
  const ours = listOurs(findings, foreign);
  const keys: ReportedKey[] = [];
  for (const detail of details.filter(({ incident }) => !silenced.has(incident.id))) {
    const { key, incident } = detail;
    const wantsIssue =
      key.isIntroduced && key.lane === "provider" && key.isOpen && ours.has(incident.id);
    keys.push(wantsIssue ? await withIssue(parts, { ...subject, audience }, detail) : key);
  }
  return { keys, policy };
}

async function withIssue(
  parts: JobParts,
  subject: CheckSubject & IssueContext,
  detail: KeyDetails,
): Promise<ReportedKey> {
  const issue = await writeIssue(parts, subject, detail);
  if (issue !== undefined) return { ...detail.key, issue };
  if (subject.audience.issueHome !== undefined) await enqueueBacklog(parts, subject);
  return detail.key;
}

/** Keys for which there was no room are listed in the repository's summary issue. */
async function enqueueBacklog(
  parts: JobParts,
  { installationId, repository }: CheckSubject,
): Promise<void> {
  const job = { installationId, repositoryId: repository.id };
  await parts.db.transaction().execute((trx) => parts.queue.enqueue(trx, "report-backlog", job));
  parts.queue.wake("report-backlog");
}

/** Ids of the ranges that are pull requests of strangers; each is asked about once. */
async function listForeignRanges(
  parts: JobParts,
  subject: CheckSubject,
  { ranges, pulls }: HeadEvidence,
): Promise<ReadonlySet<number>> {
  const foreign = new Set<number>();
  for (const range of ranges.filter(({ source }) => source === "pull")) {
    const pull = pulls.find(({ number }) => number === range.source_id);
    if (pull !== undefined && (await isForeign(parts, subject, pull))) foreign.add(range.id);
  }
  return foreign;
}

/** Incidents that some range introduces which is no pull request of a stranger: they want an issue. */
function listOurs(
  findings: readonly RangeFinding[],
  foreignRanges: ReadonlySet<number>,
): ReadonlySet<number> {
  const ours = findings.filter(
    (finding) => finding.is_introduced && !foreignRanges.has(finding.range_id),
  );
  return new Set(ours.map((finding) => finding.id));
}

function mergeFindings(findings: readonly RangeFinding[]): readonly RangeFinding[] {
  const merged = new Map<number, RangeFinding>();
  for (const finding of findings) {
    const known = merged.get(finding.id);
    merged.set(finding.id, {
      ...finding,
      is_introduced: finding.is_introduced || known?.is_introduced === true,
      is_in_head: finding.is_in_head || known?.is_in_head === true,
    });
  }
  return [...merged.values()].sort(
    (a, b) =>
      Number(b.is_introduced) - Number(a.is_introduced) ||
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      a.id - b.id,
  );
}

async function readGaps(
  parts: JobParts,
  ranges: readonly RangeRow[],
): Promise<readonly ReportedGap[]> {
  const rangeIds = ranges.map((range) => range.id);
  return (await listRangeGaps(parts.db, rangeIds)).map((gap) => ({
    kind: gap.kind,
    reason: gap.reason as GapReason,
    objectCount: gap.object_count,
  }));
}

function assemble(
  parts: JobParts,
  { repository, head }: CheckSubject,
  evidence: {
    readonly ranges: readonly RangeRow[];
    readonly keys: readonly ReportedKey[];
    readonly gaps: readonly ReportedGap[];
    readonly policy: PolicyReport;
    readonly rules: CompiledRules;
  },
): HeadReport {
  const { ranges, keys, gaps, policy, rules } = evidence;
  const sum = (of: (range: RangeRow) => number): number =>
    ranges.reduce((total, range) => total + of(range), 0);
  return {
    repository: { url: `${parts.github.webUrl}/${repository.owner}/${repository.name}` },
    head,
    conclusion: conclude({ findings: keys, gaps }),
    commitCount: sum((range) => range.commit_count),
    objectCount: sum((range) => range.object_count),
    knownObjectCount: sum((range) => range.known_object_count),
    scannedBytes: sum((range) => range.scanned_bytes),
    scanMs: sum((range) => range.scan_ms),
    ruleCount: rules.rules.length,
    rulesHash: rules.hash,
    keys,
    gaps,
    policy,
  };
}
