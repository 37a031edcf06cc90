/** What the own rules of one job may cost: a share for each fragment and batch, and a sum. */
import type { OwnRuleSet } from "../../model/own-rule.ts";
import type { OwnRun } from "./runner.ts";

export interface OwnUse {
  /** What a batch that begins now may take. */
  begin(): OwnRun;
  /** @param ms of the processor that it took. */
  end(ms: number): void;
}

/** Milliseconds of the processor. */
export interface OwnLimits {
  readonly fragmentMsMax: number;
  readonly batchMsMax: number;
  readonly jobMsMax: number;
}

/**
 * A batch is what the scans of others wait for at most while all threads run own rules. A slow
 * pattern reads 100 bytes around its literals in a millisecond, a usual one ten times as much.
 */
export const RANGE_OWN_LIMITS: OwnLimits = {
  fragmentMsMax: 500,
  batchMsMax: 1_000,
  jobMsMax: 10_000,
};

export function createOwnUse(rules: OwnRuleSet, limits: OwnLimits): OwnUse {
  let leftMs = limits.jobMsMax;
  return {
    begin: () => ({
      rules,
      fragmentMsMax: limits.fragmentMsMax,
      batchMsMax: Math.min(limits.batchMsMax, leftMs),
    }),
    end(ms) {
      leftMs -= ms;
    },
  };
}

/** GitHub waits for the door to answer. */
export const TEXT_OWN_LIMITS: OwnLimits = { fragmentMsMax: 200, batchMsMax: 200, jobMsMax: 200 };

/** A person waits, and nobody else. A batch has to end before its thread is given up. */
export const LOCAL_OWN_LIMITS: OwnLimits = {
  fragmentMsMax: 5_000,
  batchMsMax: 20_000,
  jobMsMax: 300_000,
};

/** Nobody waits for a history, and it is read once for all. */
export const HISTORY_OWN_LIMITS: OwnLimits = { ...RANGE_OWN_LIMITS, jobMsMax: 120_000 };
