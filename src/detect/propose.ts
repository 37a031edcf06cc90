/** Proposes where rules may match, by their literals and the bytes behind them. */
import { type ByteSet, byteSetFromHex } from "../lib/byte-set.ts";
import type { CompiledRules, Prefilter } from "../model/rule.ts";
import { type Automaton, buildAutomaton } from "./aho-corasick.ts";
import { listEncodedBlocks } from "./content/encoded-blocks.ts";
import {
  createProposalCollector,
  type ProposalCollector,
  type Proposer,
  type WatchedRule,
} from "./proposal.ts";

/** The reference engine: Aho-Corasick over all literals, in plain TypeScript. */
export function createReferenceProposer(rules: CompiledRules): Proposer {
  const watches = groupByLiteral(rules);
  const automaton = buildAutomaton([...watches.keys()]);
  const byLiteral = [...watches.values()];
  const byOutput = automaton.outputs.map((literals) =>
    literals.flatMap((literal) => byLiteral[literal] ?? []),
  );
  return (bytes) => ({
    byRule: search(automaton, byOutput, bytes).finish(),
    blocks: listEncodedBlocks(bytes),
  });
}

/** One prefilter, ready to be asked at the end of its literal. */
interface Watch extends WatchedRule {
  readonly length: number;
  /** The bytes to compare; absent when the automaton's match without case is enough. */
  readonly exact?: Uint8Array;
  readonly runBytes?: ByteSet;
  readonly runCount: number;
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
  const { literal, ignoreCase, offsetMin, offsetMax, joinWithin, run } = prefilter;
  const isExact = !ignoreCase && /[a-z]/i.test(literal);
  return {
    rule,
    length: literal.length,
    ...(isExact ? { exact: Uint8Array.from(literal, (letter) => letter.charCodeAt(0)) } : {}),
    offsetMin,
    offsetMax,
    joinWithin,
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
): ProposalCollector {
  const { columnOf, next, outputFrom, columnCount } = automaton;
  const collected = createProposalCollector();
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

function collect(watch: Watch, bytes: Uint8Array, end: number, collected: ProposalCollector): void {
  const start = end - watch.length;
  if (isExactMatch(watch, bytes, start) && hasRun(watch, bytes, end)) collected.add(watch, start);
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
