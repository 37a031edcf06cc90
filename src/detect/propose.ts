/** Proposes where rules may match, by their literals and the bytes behind them. */
import { type ByteSet, byteSetFromHex } from "../lib/byte-set.ts";
import type { CompiledRules, Prefilter } from "../model/rule.ts";
import { type Automaton, buildAutomaton } from "./aho-corasick.ts";

/** The starts at which one rule may match a text. */
export interface Proposal {
  /** Index into the compiled rules. */
  readonly rule: number;
  /** First and last start of each range, alternately: ranges ascend and do not overlap. */
  readonly ranges: readonly number[];
  /** True when there were more starts than the limit. */
  readonly isCut: boolean;
}

/**
 * Returns at most one proposal for each rule, in the order of the rules. No start at which a rule
 * matches may be missing; any other start only costs time.
 */
export type Proposer = (bytes: Uint8Array) => readonly Proposal[];

/** Starts to try for one rule in one fragment at most: no file may hold the engine for long. */
export const STARTS_MAX = 100_000;

/** The reference engine: Aho-Corasick over all literals, in plain TypeScript. */
export function createReferenceProposer(rules: CompiledRules): Proposer {
  const watches = groupByLiteral(rules);
  const automaton = buildAutomaton([...watches.keys()]);
  const byLiteral = [...watches.values()];
  const byOutput = automaton.outputs.map((literals) =>
    literals.flatMap((literal) => byLiteral[literal] ?? []),
  );
  return (bytes) => {
    const collected = search(automaton, byOutput, bytes);
    return [...collected]
      .map(([rule, found]) => ({ rule, ranges: inOrder(found.ranges), isCut: found.isCut }))
      .toSorted((a, b) => a.rule - b.rule);
  };
}

/** One prefilter, ready to be asked at the end of its literal. */
interface Watch {
  readonly rule: number;
  readonly length: number;
  /** The bytes to compare; absent when the automaton's match without case is enough. */
  readonly exact?: Uint8Array;
  readonly offsetMin: number;
  readonly offsetMax: number;
  readonly runBytes?: ByteSet;
  readonly runCount: number;
}

interface StartRanges {
  readonly ranges: number[];
  startCount: number;
  isCut: boolean;
}

function groupByLiteral(rules: CompiledRules): Map<string, Watch[]> {
  const watches = new Map<string, Watch[]>();
  for (const [rule, { prefilters }] of rules.rules.entries()) {
    for (const prefilter of prefilters) {
      const folded = foldCase(prefilter.literal);
      const group = watches.get(folded) ?? [];
      watches.set(folded, [...group, toWatch(rule, prefilter)]);
    }
  }
  return watches;
}

/** ASCII only, as the automaton does it: other letters may change their length. */
function foldCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function toWatch(rule: number, prefilter: Prefilter): Watch {
  const { literal, ignoreCase, offsetMin, offsetMax, run } = prefilter;
  const isExact = !ignoreCase && /[a-z]/i.test(literal);
  return {
    rule,
    length: literal.length,
    ...(isExact ? { exact: Uint8Array.from(literal, (letter) => letter.charCodeAt(0)) } : {}),
    offsetMin,
    offsetMax,
    ...(run === undefined ? {} : { runBytes: byteSetFromHex(run.bytes) }),
    runCount: run?.countMin ?? 0,
  };
}

/**
 * The hot loop: two loads and one comparison for each byte, and no call but at a literal. All
 * indexes are in range by construction, which the compiler can't see.
 */
function search(
  automaton: Automaton,
  byOutput: readonly (readonly Watch[])[],
  bytes: Uint8Array,
): Map<number, StartRanges> {
  const { columnOf, next, outputFrom, columnCount } = automaton;
  const collected = new Map<number, StartRanges>();
  let state = 0;
  for (let index = 0; index < bytes.length; index++) {
    state = next[state + (columnOf[bytes[index] as number] as number)] as number;
    if (state < outputFrom) continue;
    for (const watch of byOutput[(state - outputFrom) / columnCount] ?? []) {
      collect(watch, bytes, index + 1, collected);
    }
  }
  return collected;
}

function collect(
  watch: Watch,
  bytes: Uint8Array,
  end: number,
  collected: Map<number, StartRanges>,
): void {
  const literalStart = end - watch.length;
  const last = literalStart - watch.offsetMin;
  if (last < 0 || !isExactMatch(watch, bytes, literalStart) || !hasRun(watch, bytes, end)) return;
  let found = collected.get(watch.rule);
  if (found === undefined) {
    found = { ranges: [], startCount: 0, isCut: false };
    collected.set(watch.rule, found);
  }
  const first = Math.max(0, literalStart - watch.offsetMax);
  found.startCount += last - first + 1;
  if (found.startCount > STARTS_MAX) found.isCut = true;
  else found.ranges.push(first, last);
}

function isExactMatch(watch: Watch, bytes: Uint8Array, start: number): boolean {
  const { exact } = watch;
  if (exact === undefined) return true;
  for (let index = 0; index < exact.length; index++) {
    if (bytes[start + index] !== exact[index]) return false;
  }
  return true;
}

function hasRun(watch: Watch, bytes: Uint8Array, start: number): boolean {
  const { runBytes, runCount } = watch;
  if (runBytes === undefined) return true;
  for (let index = start; index < start + runCount; index++) {
    if (runBytes[bytes[index] ?? 0] !== 1 || index >= bytes.length) return false;
  }
  return true;
}

/**
 * Sorts ranges, which hits at several offsets may have brought out of order, and cuts off where
 * one reaches into the next, so that no start is tried twice.
 */
function inOrder(ranges: readonly number[]): number[] {
  const pairs: { first: number; last: number }[] = [];
  for (let index = 0; index < ranges.length; index += 2) {
    pairs.push({ first: ranges[index] ?? 0, last: ranges[index + 1] ?? 0 });
  }
  pairs.sort((a, b) => a.first - b.first || a.last - b.last);
  const ordered: number[] = [];
  let next = 0;
  for (const { first, last } of pairs) {
    if (last < next) continue;
    ordered.push(Math.max(first, next), last);
    next = last + 1;
  }
  return ordered;
}
