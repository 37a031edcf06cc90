/** What an engine's search hands to the regular expressions: the starts to try for each rule. */
import {
  createJoiningCollector,
  createStartCollector,
  type StartCollector,
  type Starts,
} from "./starts.ts";

/** The starts at which one rule may match a text. */
export interface Proposal extends Starts {
  /** Index into the compiled rules. */
  readonly rule: number;
}

/** What one pass over a text brings to light. */
export interface Proposals {
  /** At most one for each rule, in the order of the rules. */
  readonly byRule: readonly Proposal[];
  /** Where blocks begin that may hold encoded text, ascending: see content/encoded-blocks.ts. */
  readonly blocks: readonly number[];
}

/**
 * Searches one text. No start at which a rule matches may be missing; any other start only costs
 * time.
 */
export type Proposer = (bytes: Uint8Array) => Proposals;

export interface ProposalCollector {
  /** Takes the starts that a literal at `literalStart` speaks for. */
  add(watch: WatchedRule, literalStart: number): void;
  finish(): readonly Proposal[];
}

/** What a literal says about starts of matches. */
export interface WatchedRule {
  readonly rule: number;
  /** Bytes between the start of a match and the literal, least and most. */
  readonly offsetMin: number;
  readonly offsetMax: number;
  readonly joinWithin?: number | undefined;
}

export function createProposalCollector(): ProposalCollector {
  const byRule = new Map<number, StartCollector>();
  return {
    add({ rule, offsetMin, offsetMax, joinWithin }, literalStart) {
      const last = literalStart - offsetMin;
      if (last < 0) return;
      let starts = byRule.get(rule);
      if (starts === undefined) {
        starts =
          joinWithin === undefined ? createStartCollector() : createJoiningCollector(joinWithin);
        byRule.set(rule, starts);
      }
      starts.add(Math.max(0, literalStart - offsetMax), last);
    },
    finish() {
      return [...byRule]
        .map(([rule, starts]) => ({ rule, ...starts.finish() }))
        .toSorted((a, b) => a.rule - b.rule);
    },
  };
}
