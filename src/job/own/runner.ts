/** Runs own rules in a scanning thread, within the time that a fragment and a batch have for them. */
import type { FurtherSearch } from "../../detect/scan.ts";
import { createLruMap } from "../../lib/lru-map.ts";
import type { OwnRuleSet } from "../../model/own-rule.ts";
import { threadCpuMs } from "./cpu-time.ts";
import type { CreateOwnSearch, OwnSearch } from "./search.ts";

/** The own rules of one batch, and what they may cost. */
export interface OwnRun {
  readonly rules: OwnRuleSet;
  /** Milliseconds of the processor for one fragment, and for all of the batch. */
  readonly fragmentMsMax: number;
  readonly batchMsMax: number;
}

export interface OwnRunner {
  beginBatch(run: OwnRun | undefined): void;
  beginFragment(): void;
  readonly search: FurtherSearch;
  /** @returns milliseconds of the processor that own rules took since the batch began. */
  endBatch(): number;
}

/** Compiled sets of rules that a thread keeps: as many repositories as are scanned by turns. */
const SETS_MAX = 8;

/** @param createSearch is given: a program that never needs it is spared the loading of RE2. */
export function createOwnRunner(createSearch: CreateOwnSearch): OwnRunner {
  const searches = createLruMap<string, OwnSearch>(SETS_MAX);
  let run: OwnRun | undefined;
  let search: OwnSearch | undefined;
  let batchMs = 0;
  let fragmentMs = 0;
  const searchOf = ({ hash, rules }: OwnRuleSet): OwnSearch => {
    const search = searches.find(hash) ?? createSearch(rules);
    searches.set(hash, search);
    return search;
  };
  return {
    beginBatch(next) {
      run = next;
      // Compiling counts for no fragment: what it takes has the bounds of compileOwnRule.
      search =
        next === undefined || next.rules.rules.length === 0 ? undefined : searchOf(next.rules);
      batchMs = 0;
    },
    beginFragment() {
      fragmentMs = 0;
    },
    search(text, reasons) {
      if (run === undefined || search === undefined) return [];
      const { fragmentMsMax, batchMsMax } = run;
      const startMs = threadCpuMs();
      const msMax = Math.min(fragmentMsMax - fragmentMs, batchMsMax - batchMs);
      if (msMax <= 0) {
        reasons.add("own-rules-timeout");
        return [];
      }
      const isOver = () => threadCpuMs() - startMs >= msMax;
      const candidates = search(text, reasons, { isOver });
      const spentMs = threadCpuMs() - startMs;
      fragmentMs += spentMs;
      batchMs += spentMs;
      return candidates;
    },
    endBatch: () => batchMs,
  };
}
