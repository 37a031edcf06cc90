/** Renders the check run of a head: title, summary and annotations. Pure. */
import type { CheckAction, CheckAnnotation, CheckState } from "../github/check-runs.ts";
import { RECHECK_ACTION } from "../model/check-action.ts";
import { GAP_REASONS } from "../model/fragment.ts";
import type { HeadReport, ReportedKey, ReportedPlace } from "../model/head-report.ts";
import { SEVERITIES } from "../model/rule.ts";
import { cutToBytes } from "./cut.ts";
import { visible } from "./escape.ts";
import { FIRST_STEPS, renderKeyTable } from "./key-table.ts";
import { renderPolicySection } from "./policy.ts";

/** GitHub's limit for a summary (OpenAPI description of check runs). */
const SUMMARY_BYTES_MAX = 65_535;
const ANNOTATIONS_MAX = 500;

export function renderCheckRun(report: HeadReport): CheckState {
  const sections = [
    leadOf(report),
    tableOf("Introduced here", openOf(report), report),
    tableOf(
      "Introduced here and settled: dead or triaged, they do not gate",
      report.keys.filter((key) => key.isIntroduced && !key.isOpen),
      report,
    ),
    tableOf(
      "Known before: the base holds these already, they do not gate",
      report.keys.filter((key) => !key.isIntroduced),
      report,
    ),
    renderPolicySection(report.policy),
    gapsOf(report),
    scannedOf(report),
  ];
  const summary = sections.filter((section) => section !== "").join("\n\n");
  return {
    status: "completed",
    conclusion: report.conclusion,
    title: titleOf(report),
    summary: cutToBytes(summary, SUMMARY_BYTES_MAX),
    annotations: annotationsOf(report),
    actions: [RECHECK],
  };
}

/**
 * What a public repository shows: nothing that points at a key which may be alive. The people who
 * may know find it in the private place for issues, or by `rekeeper leaks`.
 */
export function renderCheckRunForPublic(report: HeadReport): CheckState {
  const shown = { ...report, keys: report.keys.filter((key) => !key.isOpen) };
  if (!report.keys.some((key) => key.isOpen && key.isIntroduced)) return renderCheckRun(shown);
  return {
    status: "completed",
    conclusion: report.conclusion,
    title: "Needs attention",
    summary: [
      NEEDS_ATTENTION,
      renderPolicySection(report.policy),
      gapsOf(report),
      scannedOf(report),
    ]
      .filter(Boolean)
      .join("\n\n"),
    annotations: [],
    actions: [RECHECK],
  };
}

const NEEDS_ATTENTION =
  "Rekeeper has something to tell the maintainers of this repository. Since anyone can read this page, it is told in the private repository that the organisation chose for it, and by `rekeeper leaks`.";

const RECHECK: CheckAction = {
  label: "Check again",
  description: "Scan again with rules as they are now",
  identifier: RECHECK_ACTION,
};

/** What a head shows while its scan goes on. */
export function renderCheckRunInProgress(): CheckState {
  return {
    status: "in_progress",
    title: "Looking for leaked keys",
    summary: "Rekeeper is reading the commits of this push. This page updates by itself.",
    annotations: [],
    actions: [],
  };
}

/** Keys that this head has to answer for. */
function openOf(report: HeadReport): readonly ReportedKey[] {
  return report.keys.filter((key) => key.isIntroduced && key.isOpen);
}

function titleOf(report: HeadReport): string {
  const open = openOf(report);
  const leaked = open.filter((key) => key.lane === "provider").length;
  if (leaked > 0) return `${count(leaked, "key")} leaked: rotate ${leaked > 1 ? "them" : "it"} now`;
  if (report.conclusion === "action_required") return "The scan is incomplete and will be retried";
  if (open.length > 0) return `${count(open.length, "possible key")} to look at`;
  if (report.gaps.length > 0) return "No key found, but not everything could be read";
  const kind = report.keys.length > 0 ? "new leaked key" : "leaked key";
  return `No ${kind} in ${count(report.commitCount, "commit")}`;
}

function leadOf(report: HeadReport): string {
  const open = openOf(report);
  if (open.some((key) => key.lane === "provider")) return FIRST_STEPS;
  if (open.length > 0) {
    return "These assignments look like keys of an unknown kind. They do not gate: look whether they are real, and rotate those that are.";
  }
  return "";
}

function tableOf(heading: string, keys: readonly ReportedKey[], report: HeadReport): string {
  if (keys.length === 0) return "";
  return `### ${heading}\n\n${renderKeyTable(report.repository, keys)}`;
}

function gapsOf(report: HeadReport): string {
  if (report.gaps.length === 0) return "";
  const rows = report.gaps.map(
    (gap) =>
      `- ${GAP_REASONS[gap.reason]}: ${count(gap.objectCount, "object")}${gap.kind === "failed" ? ", will be retried" : ""}`,
  );
  return ["### Not scanned", "", ...rows].join("\n");
}

function scannedOf(report: HeadReport): string {
  const megabytes = (report.scannedBytes / 1_000_000).toFixed(1);
  const seconds = (report.scanMs / 1_000).toFixed(1);
  const known =
    report.knownObjectCount > 0
      ? ` (${report.knownObjectCount.toLocaleString("en")} more were scanned before)`
      : "";
  return `<sub>Scanned ${count(report.commitCount, "commit")}, ${count(report.objectCount, "new file version")}${known}, ${megabytes} MB in ${seconds} s with ${count(report.ruleCount, "rule")} (\`${report.rulesHash.slice(0, 12)}\`).</sub>`;
}

function annotationsOf(report: HeadReport): readonly CheckAnnotation[] {
  return openOf(report)
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
    .flatMap((key) => key.places.map((place) => annotationOf(key, place)))
    .filter((annotation) => annotation !== undefined)
    .slice(0, ANNOTATIONS_MAX);
}

/** Only files have lines to annotate, and a file within an archive has none on GitHub. */
function annotationOf(key: ReportedKey, place: ReportedPlace): CheckAnnotation | undefined {
  const { kind, path, inside, commit = "" } = place;
  if (kind !== "file" || path === undefined) return undefined;
  const steps = key.issue === undefined ? "" : ` (${key.issue} has the steps)`;
  const where = inside === undefined ? "here" : `in ${visible(inside)}, line ${place.line},`;
  return {
    path,
    start_line: inside === undefined ? place.line : 1,
    end_line: inside === undefined ? place.lineEnd : 1,
    annotation_level: key.lane === "provider" ? "failure" : "notice",
    title: key.ruleName,
    message: `${key.masked} was added ${where} by commit ${commit.slice(0, 12)}. Rotate it first${steps}, then remove it. Key id ${key.keyId}.`,
  };
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
