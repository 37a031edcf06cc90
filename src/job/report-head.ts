/** Brings the issues and the check run of a head in line with what is recorded of it. */

import { listOccurrences, type OccurrenceRow } from "../db/incidents.ts";
import {
  listRangeFindings,
  listRangeGaps,
  listRanges,
  type RangeFinding,
  type RangeRow,
} from "../db/ranges.ts";
import { getRepository } from "../db/repositories.ts";
import type { GapReason } from "../model/fragment.ts";
import type { HeadReport, ReportedGap, ReportedKey, ReportedPlace } from "../model/head-report.ts";
import type { InstallationId, ObjectId, RepositoryId } from "../model/ids.ts";
import { SEVERITIES } from "../model/rule.ts";
import type { JobData } from "../queue/jobs.ts";
import { renderCheckRun } from "../report/check-run.ts";
import { conclude, isOpen } from "../triage/conclude.ts";
import type { JobParts } from "./parts.ts";
import { getRule } from "./rule-facts.ts";
import { type CheckSubject, withHeadLock, writeCheck } from "./write-check.ts";
import { type KeyIssue, writeIssue } from "./write-issue.ts";

const PLACES_PER_KEY_MAX = 20;
/** The first digits of a fingerprint name a key to people: 40 bits, unique within any account. */
const KEY_ID_DIGITS = 10;

export async function reportHead(parts: JobParts, data: JobData["report-head"]): Promise<void> {
  const installationId = data.installationId as InstallationId;
  if (!(await parts.serves(installationId))) return;
  const repository = await getRepository(parts.db, data.repositoryId);
  const subject: CheckSubject = { repository, installationId, head: data.head };
  await withHeadLock(parts, subject, async () => {
    const ranges = await listRanges(
      parts.db,
      data.repositoryId as RepositoryId,
      data.head as ObjectId,
    );
    // The scan of the last range of this head that is not done yet will report for all.
    if (ranges.some((range) => range.state === "waiting")) return;
    const { findings, ...evidence } = await readEvidence(parts, ranges);
    const keys: ReportedKey[] = [];
    for (const finding of findings) keys.push(await reportKey(parts, subject, finding, evidence));
    const report = assemble(parts, subject, { ranges, keys, gaps: evidence.gaps });
    await writeCheck(parts, subject, renderCheckRun(report));
  });
}

interface Evidence {
  /** One per key: introduced when any range introduces it, in head when any shows it. */
  readonly findings: readonly RangeFinding[];
  readonly gaps: readonly ReportedGap[];
  readonly placesOf: (incidentId: number) => readonly OccurrenceRow[];
}

async function readEvidence(parts: JobParts, ranges: readonly RangeRow[]): Promise<Evidence> {
  const rangeIds = ranges.map((range) => range.id);
  const findings = mergeFindings(await listRangeFindings(parts.db, rangeIds));
  const occurrences = await listOccurrences(
    parts.db,
    findings.map((finding) => finding.id),
    PLACES_PER_KEY_MAX,
  );
  const gaps = (await listRangeGaps(parts.db, rangeIds)).map((gap) => ({
    kind: gap.kind,
    reason: gap.reason as GapReason,
    objectCount: gap.object_count,
  }));
  const byIncident = Map.groupBy(occurrences, (occurrence) => occurrence.incident_id);
  return { findings, gaps, placesOf: (id) => byIncident.get(id) ?? [] };
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

async function reportKey(
  parts: JobParts,
  subject: CheckSubject,
  finding: RangeFinding,
  { placesOf }: Pick<Evidence, "placesOf">,
): Promise<ReportedKey> {
  const { rule, guide } = getRule(parts.rules, finding.rule_id);
  const occurrences = placesOf(finding.id);
  const key: ReportedKey = {
    keyId: finding.fingerprint.slice(0, KEY_ID_DIGITS),
    ruleName: rule.name,
    providerName: guide.name,
    masked: finding.masked,
    lane: finding.lane,
    severity: finding.severity,
    isIntroduced: finding.is_introduced,
    isInHead: finding.is_in_head,
    state: finding.state,
    verdict: finding.verdict,
    places: occurrences.map(placeOf),
  };
  const wantsIssue = finding.is_introduced && finding.lane === "provider" && isOpen(finding);
  if (!wantsIssue) return key;
  const issue: KeyIssue = { incident: finding, key, guide, occurrences };
  const issueNumber = await writeIssue(parts, subject, issue);
  return issueNumber === undefined ? key : { ...key, issueNumber };
}

function placeOf(row: OccurrenceRow): ReportedPlace {
  return {
    path: row.path,
    line: row.line,
    lineEnd: row.line_end,
    commit: row.commit_id,
    authorName: row.author_name,
    committedAt: row.committed_at,
  };
}

function assemble(
  parts: JobParts,
  { repository, head }: CheckSubject,
  evidence: {
    readonly ranges: readonly RangeRow[];
    readonly keys: readonly ReportedKey[];
    readonly gaps: readonly ReportedGap[];
  },
): HeadReport {
  const { ranges, keys, gaps } = evidence;
  const sum = (of: (range: RangeRow) => number) =>
    ranges.reduce((total, range) => total + of(range), 0);
  return {
    repository: { url: `${parts.github.webUrl}/${repository.owner}/${repository.name}` },
    head,
    conclusion: conclude({ findings: keys, gaps }),
    commitCount: sum((range) => range.commit_count),
    objectCount: sum((range) => range.object_count),
    scannedBytes: sum((range) => range.scanned_bytes),
    scanMs: sum((range) => range.scan_ms),
    ruleCount: parts.rules.rules.length,
    rulesHash: parts.rules.hash,
    keys,
    gaps,
  };
}
