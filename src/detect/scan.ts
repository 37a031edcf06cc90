/**
 * Finds the keys in the bytes of a fragment: the contract of the detection engine.
 *
 * DESIGN.md tells how and why. Properties that every engine keeps:
 * - total: any bytes give a result, never an exception, and the work per fragment has a bound;
 * - pure: equal bytes and rules give equal findings, whatever was scanned before;
 * - exact: a proposer only leaves out what the regular expression would reject anyway, so each
 *   engine finds what the plain expressions find on the whole text;
 * - honest: whatever a bound cuts off is returned as a gap.
 */
import type { RawFinding } from "../model/finding.ts";
import type { Gap, GapReason } from "../model/fragment.ts";
import { keyTextOf } from "../model/key-text.ts";
import type { CompiledRules } from "../model/rule.ts";
import { readableText } from "./byte-text.ts";
import type { Candidate, Piece } from "./candidate.ts";
import { createPairer } from "./companion.ts";
import { readEscapes, withEscapeWatch } from "./content/escape-watch.ts";
import { type Search, searchContent } from "./content/search-content.ts";
import { decodeToUtf8 } from "./decode.ts";
import { createKernelProposer } from "./kernel/kernel-proposer.ts";
import { createMatcher } from "./match.ts";
import { resolveOverlaps } from "./overlap.ts";
import { createPlaceFinder, type PlaceFinder } from "./place.ts";
import type { Proposer } from "./proposal.ts";

export interface Scanner<F extends RawFinding = RawFinding> {
  /** Returns the findings in the order of their places. Does not keep the bytes. */
  scan(bytes: Uint8Array): ScanResult<F>;
}

export interface ScanResult<F extends RawFinding = RawFinding> {
  readonly findings: readonly F[];
  /** What was left out; the caller adds the object's id. */
  readonly gaps: readonly Gap[];
}

/** Findings of one fragment at most; those of known providers are kept before all others. */
export const FINDINGS_MAX = 1_000;

/** Finds more in a text than the rules of a scanner do, and adds a reason for what it leaves out. */
export type FurtherSearch = (text: Uint8Array, reasons: Set<GapReason>) => readonly Candidate[];

/**
 * Returns a scanner for these rules. Making one costs tens of milliseconds, so make one per thread.
 *
 * @param createProposer the engine's search; the kernel unless another one is given.
 * @param searchFurther is asked about each text too, what it encodes included.
 */
export function createScanner(
  rules: CompiledRules,
  createProposer: (rules: CompiledRules) => Proposer = createKernelProposer,
  searchFurther: FurtherSearch = () => [],
): Scanner {
  const propose = createProposer(withEscapeWatch(rules));
  const tasks = rules.rules.map((rule) => ({
    match: createMatcher(rule),
    pair: createPairer(rule),
  }));
  const search: Search = (text, reasons) => {
    const candidates: Candidate[] = [];
    const { byRule, blocks } = propose(text);
    for (const { rule, ranges, isCut } of byRule) {
      const task = tasks[rule];
      if (task === undefined) continue;
      if (isCut) reasons.add("scan-timeout");
      const found = task.match(text, ranges);
      candidates.push(...task.pair(text, found.candidates));
      if (found.isCut) reasons.add("too-many-findings");
    }
    candidates.push(...searchFurther(text, reasons));
    return { candidates, escapes: readEscapes(byRule, tasks.length), blocks };
  };
  return {
    scan(bytes) {
      const text = decodeToUtf8(bytes);
      const reasons = new Set<GapReason>();
      const candidates = searchContent(search, text, reasons);
      return toResult(text, candidates, reasons);
    },
  };
}

/**
 * Builds the result from the accepted matches of all rules. Engines share it, so that they can only
 * differ in the matches they see.
 */
export function toResult(
  text: Uint8Array,
  candidates: readonly Candidate[],
  reasons: ReadonlySet<GapReason>,
): ScanResult {
  const resolved = resolveOverlaps(candidates);
  const kept = keepMostImportant(resolved);
  const findPlace = createPlaceFinder(text);
  const allReasons = new Set(reasons);
  if (kept.length < resolved.length) allReasons.add("too-many-findings");
  return {
    findings: kept.map((candidate) => toFinding(text, candidate, findPlace)),
    gaps: [...allReasons].map((reason) => ({ kind: "by-nature", reason })),
  };
}

function keepMostImportant(candidates: readonly Candidate[]): readonly Candidate[] {
  if (candidates.length <= FINDINGS_MAX) return candidates;
  const rank = ({ rule }: Candidate) => (rule.lane === "provider" ? (rule.isOwn ? 1 : 0) : 2);
  return candidates
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, FINDINGS_MAX)
    .toSorted((a, b) => a.key.start - b.key.start);
}

function toFinding(text: Uint8Array, candidate: Candidate, findPlace: PlaceFinder): RawFinding {
  const { rule, key, companion } = candidate;
  const toKeyText = ({ start, end, decoded }: Piece) =>
    keyTextOf(decoded ?? readableText(text, start, end), rule.fixedPrefixes);
  return {
    rule: rule.id,
    key: toKeyText(key),
    ...(companion === undefined ? {} : { companion: toKeyText(companion) }),
    place: findPlace(key),
  };
}
