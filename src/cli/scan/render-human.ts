/** Renders a report for people in a hurry: what, where, what to do. Pure. */
import { GAP_REASONS } from "../../model/fragment.ts";
import type { Severity } from "../../model/rule.ts";
import { spellOut } from "../../report/escape.ts";
import type { Colors } from "../colors.ts";
import { DROP_REASONS, type Dropped } from "./explain.ts";
import { formatBytes, formatCount, formatMs } from "./format.ts";
import { labelOf, labelOfGap } from "./label.ts";
import type { FoundKey, ScanGap, ScanReport } from "./report.ts";

/** Places of one key; a key may stand in every file of a folder. */
const PLACES_MAX = 5;
/** Keys of unknown kinds, gaps, and what was turned down; JSON has all of them. */
const NOTES_MAX = 20;
const INDENT = "  ";

export function renderHuman(report: ScanReport, colors: Colors): string {
  const provider = report.keys.filter(({ lane }) => lane === "provider");
  const generic = report.keys.filter(({ lane }) => lane === "generic");
  const blocks = [
    ...groupByKey(provider).map((places) => renderKey(places, colors)),
    renderGeneric(generic, colors),
    renderGaps(report.gaps, colors),
    renderDropped(report.dropped, colors),
    renderSummary(report, colors),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** The same key in several places is one thing to do. */
function groupByKey(keys: readonly FoundKey[]): readonly (readonly FoundKey[])[] {
  return [...Map.groupBy(keys, ({ rule, fingerprint }) => `${rule.id} ${fingerprint}`).values()];
}

function renderKey(places: readonly FoundKey[], colors: Colors): string {
  const [first] = places;
  if (first === undefined) return "";
  const { severity, rule, guide, masked } = first;
  const more = places.length - PLACES_MAX;
  return [
    `${colorOf(severity, colors)(severity)}  ${colors.bold(rule.name)}  ${spellOut(masked)}  ${colors.dim(rule.id)}`,
    ...places.slice(0, PLACES_MAX).map((place) => INDENT + labelOf(place)),
    ...(more > 0 ? [`${INDENT}and ${formatCount(more, "more place")}`] : []),
    `${INDENT}${colors.dim("next: make a new key, switch over, revoke this one:")} ${guide.rotatePage}`,
  ].join("\n");
}

function renderGeneric(keys: readonly FoundKey[], colors: Colors): string {
  if (keys.length === 0) return "";
  const head = `${colors.bold("Perhaps keys")}: values of an unknown kind; they do not make a scan fail.`;
  const lines = keys.map((key) => `${labelOf(key)}  ${spellOut(key.masked)}  ${key.rule.name}`);
  return [head, ...cut(lines, "--format json")].join("\n");
}

function renderGaps(gaps: readonly ScanGap[], colors: Colors): string {
  if (gaps.length === 0) return "";
  const head = `${colors.yellow("Not scanned")}: there may be keys in what nobody read.`;
  const lines = gaps.map((gap) => `${labelOfGap(gap)}  ${GAP_REASONS[gap.reason]}`);
  return [head, ...cut(lines, "--format json")].join("\n");
}

function renderDropped(dropped: readonly Dropped[] | undefined, colors: Colors): string {
  if (dropped === undefined) return "";
  if (dropped.length === 0)
    return "Not reported: nothing had the form of a key and was passed over.";
  const lines = dropped.map(
    (one) =>
      `${labelOf(one)}  ${spellOut(one.masked)}  ${one.rule.name}: ${DROP_REASONS[one.reason]}${one.by === undefined ? "" : ` (${spellOut(one.by)})`}`,
  );
  return [`${colors.bold("Not reported")}, and why:`, ...cut(lines, "--format json")].join("\n");
}

function cut(lines: readonly string[], option: string): readonly string[] {
  const more = lines.length - NOTES_MAX;
  const shown = lines.slice(0, NOTES_MAX).map((line) => INDENT + line);
  return more > 0 ? [...shown, `${INDENT}and ${more} more: ${option} lists them all`] : shown;
}

function renderSummary(report: ScanReport, colors: Colors): string {
  const { keys, gaps, baselineCount, configCount, itemCount, bytes, ms } = report;
  const provider = new Set(
    keys.filter(({ lane }) => lane === "provider").map(({ fingerprint }) => fingerprint),
  ).size;
  const scanned = `${formatCount(itemCount, "item")}, ${formatBytes(bytes)}, ${formatMs(ms)}`;
  const verdict =
    provider > 0
      ? colors.red(`${formatCount(provider, "leaked key")}`)
      : gaps.length > 0
        ? colors.yellow("No leaked key in what was scanned")
        : colors.green("No leaked key");
  const known =
    baselineCount > 0 ? `; the baseline left out ${formatCount(baselineCount, "place")}` : "";
  const configured =
    configCount > 0 ? `; the configuration left out ${formatCount(configCount, "place")}` : "";
  const left = gaps.length > 0 ? `; ${formatCount(gaps.length, "gap")}` : "";
  return `${verdict} (${scanned}${known}${configured}${left}).`;
}

function colorOf(severity: Severity, colors: Colors): (text: string) => string {
  const bySeverity: Readonly<Record<Severity, (text: string) => string>> = {
    critical: colors.red,
    high: colors.red,
    medium: colors.yellow,
    low: colors.cyan,
  };
  return bySeverity[severity];
}
