/**
 * Looks for the matches of own rules in one text: near their literals only, in pieces small enough
 * that the clock is asked often.
 */
import { type Automaton, buildAutomaton } from "../../detect/aho-corasick.ts";
import { byteText } from "../../detect/byte-text.ts";
import type { Candidate } from "../../detect/candidate.ts";
import { isGenuine } from "../../detect/genuine.ts";
import type { GapReason } from "../../model/fragment.ts";
import type { OwnRule } from "../../model/own-rule.ts";
import { openOwnRule } from "../../rules/own/open.ts";
import type { Re2 } from "../../rules/own/re2.ts";

/** Adds a reason for what it leaves out. */
export type OwnSearch = (
  text: Uint8Array,
  reasons: Set<GapReason>,
  deadline: OwnDeadline,
) => readonly Candidate[];

export interface OwnDeadline {
  /** True once the time for own rules is over. */
  isOver(): boolean;
}

/** A match is at most this long, and that near to one of its literals. */
export const OWN_MATCH_BYTES_MAX = 2_048;
/** Starts that are tried in one go: with the longest match behind the last of them some 4 KB. */
const PIECE_BYTES_MAX = 2_048;
/** Of all own rules in one text. */
const MATCHES_MAX = 1_000;

export type CreateOwnSearch = (rules: readonly OwnRule[]) => OwnSearch;

/** Compiles the rules, which takes about a millisecond each. */
export function createOwnSearch(rules: readonly OwnRule[]): OwnSearch {
  const literals = [...new Set(rules.flatMap((rule) => rule.literals))];
  const automaton = buildAutomaton(literals);
  const owners = literals.map((literal) =>
    rules.flatMap((rule, index) => (rule.literals.includes(literal) ? [index] : [])),
  );
  const opened = rules.map((own) => ({ ...own, re2: openOwnRule(own) }));
  return (text, reasons, deadline) => {
    const candidates: Candidate[] = [];
    for (const [index, regions] of listRegions(automaton, owners, text)) {
      const rule = opened[index];
      if (rule === undefined) continue;
      const end = searchRegions(rule, text, regions, deadline, candidates);
      if (end === "done") continue;
      reasons.add(end);
      break;
    }
    return candidates;
  };
}

interface OpenedRule extends OwnRule {
  readonly re2: Re2;
}

/** Starts that may be those of a match: first and the one behind the last, ascending, apart. */
interface Region {
  readonly start: number;
  end: number;
}

/** By index of the rule, in the order of the rules. */
function listRegions(
  { columnOf, next, outputFrom, columnCount, outputs }: Automaton,
  owners: readonly (readonly number[])[],
  text: Uint8Array,
): readonly (readonly [number, readonly Region[]])[] {
  const regions = new Map<number, Region[]>();
  let state = 0;
  for (let index = 0; index < text.length; index++) {
    // In range by construction, as in detect/propose.ts.
    state = next[state + (columnOf[text[index] as number] as number)] as number;
    if (state < outputFrom) continue;
    for (const literal of outputs[(state - outputFrom) / columnCount] ?? []) {
      for (const rule of owners[literal] ?? []) extend(regions, rule, index);
    }
  }
  return [...regions].toSorted(([a], [b]) => a - b);
}

/** The literal that ends here may be within a match, before it or behind it. */
function extend(regions: Map<number, Region[]>, rule: number, literalEnd: number): void {
  const start = Math.max(0, literalEnd - OWN_MATCH_BYTES_MAX);
  const end = literalEnd + OWN_MATCH_BYTES_MAX;
  const known = regions.get(rule);
  const last = known?.at(-1);
  if (last !== undefined && start <= last.end) last.end = end;
  else if (known !== undefined) known.push({ start, end });
  else regions.set(rule, [{ start, end }]);
}

function searchRegions(
  opened: OpenedRule,
  text: Uint8Array,
  regions: readonly Region[],
  deadline: OwnDeadline,
  candidates: Candidate[],
): "done" | "own-rules-timeout" | "too-many-findings" {
  let next = 0;
  for (const region of regions) {
    const regionEnd = Math.min(region.end, text.length);
    for (let start = region.start; start < regionEnd; start += PIECE_BYTES_MAX) {
      const end = Math.min(start + PIECE_BYTES_MAX, regionEnd);
      const piece = { start: Math.max(start, next), end };
      next = searchPiece(opened, text, piece, deadline, candidates);
      if (deadline.isOver()) return "own-rules-timeout";
      if (candidates.length >= MATCHES_MAX) return "too-many-findings";
    }
  }
  return "done";
}

/**
 * Adds what begins in a piece. One byte more on either side shows the borders; a match that ends
 * where the text was cut may be a part of a longer one, which is no key.
 *
 * @returns where the next piece may begin, so that matches do not overlap.
 */
function searchPiece(
  { rule, re2 }: OpenedRule,
  text: Uint8Array,
  piece: Region,
  deadline: OwnDeadline,
  candidates: Candidate[],
): number {
  const offset = Math.max(0, piece.start - 1);
  const cutAt = piece.end + OWN_MATCH_BYTES_MAX + 1;
  const window = byteText(text, offset, cutAt);
  const last = piece.end - offset;
  let from = piece.start - offset;
  // Asked at each match: to find one, RE2 may have to read on to the end.
  while (from < last && candidates.length < MATCHES_MAX && !deadline.isOver()) {
    const match = re2.find(window, from);
    if (match === undefined || match.start >= last) break;
    from = Math.max(match.end, match.start + 1);
    const isCut = match.end === window.length && cutAt < text.length;
    const isTooLong = match.end - match.start > OWN_MATCH_BYTES_MAX;
    const key = window.slice(match.keyStart, match.keyEnd);
    if (isCut || isTooLong || !isGenuine(rule, key)) continue;
    candidates.push({
      rule,
      match: { start: offset + match.start, end: offset + match.end },
      key: { start: offset + match.keyStart, end: offset + match.keyEnd, text: key },
    });
  }
  return offset + from;
}
