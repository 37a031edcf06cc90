/** Renders a report for programs; its fields are described in docs/command-line.md. Pure. */

import type { Place } from "../../model/finding.ts";
import { GAP_REASONS } from "../../model/fragment.ts";
import { keyIdOf } from "../../model/key-id.ts";
import type { Dropped } from "./explain.ts";
import type { Origin } from "./item.ts";
import type { FoundKey, ScanGap, ScanReport } from "./report.ts";

/** Rises when a field changes its name or meaning; further fields may come at any time. */
const JSON_VERSION = 1;

/** One object. */
export function renderJson(report: ScanReport): string {
  const { itemCount, bytes, ms, baselineCount, configCount, rules, dropped } = report;
  const value = {
    version: JSON_VERSION,
    rulesHash: rules.hash,
    ruleCount: rules.rules.length,
    itemCount,
    bytes,
    ms: Math.round(ms),
    baselineCount,
    configCount,
    keys: report.keys.map(keyOf),
    gaps: report.gaps.map(gapOf),
    ...(dropped === undefined ? {} : { dropped: dropped.map(droppedOf) }),
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function keyOf(key: FoundKey): object {
  return {
    keyId: keyIdOf(key.fingerprint),
    fingerprint: key.fingerprint,
    masked: key.masked,
    rule: key.rule.id,
    name: key.rule.name,
    provider: key.guide.name,
    lane: key.lane,
    severity: key.severity,
    ...originOf(key.origin),
    inside: key.inside ?? null,
    ...placeOf(key.place),
    rotatePage: key.guide.rotatePage,
  };
}

function gapOf({ kind, reason, origin, object }: ScanGap): object {
  const { path, commit } = originOf(origin);
  return { kind, reason, text: GAP_REASONS[reason], path, commit, object: object ?? null };
}

function droppedOf({ rule, masked, origin, place, inside, reason, by }: Dropped): object {
  return {
    reason,
    by: by ?? null,
    masked,
    rule: rule.id,
    lane: rule.lane,
    ...originOf(origin),
    inside: inside ?? null,
    ...placeOf(place),
  };
}

function originOf({ kind, path, commit }: Origin) {
  return {
    kind,
    path: path ?? null,
    commit: commit?.id ?? null,
    authorName: commit?.authorName ?? null,
    committedAt: commit?.committedAt?.toISOString() ?? null,
  };
}

function placeOf({ line, column, lineEnd, columnEnd }: Place): object {
  return { line, column, lineEnd, columnEnd };
}
