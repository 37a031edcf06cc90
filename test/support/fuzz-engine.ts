/** Feeds hostile inputs to engine, decoders and archive reader, and watches what they cost. */
import { setImmediate } from "node:timers/promises";
import { scanArchives } from "../../src/detect/archive/scan-archives.ts";
import { createReferenceProposer } from "../../src/detect/propose.ts";
import { createScanner, type Scanner } from "../../src/detect/scan.ts";
import { inflateRaw } from "../../src/lib/inflate-raw.ts";
import { createHostileInputs } from "./hostile-input.ts";
import { compileAll, listRuleFiles } from "./rule-files.ts";

export interface FuzzOptions {
  readonly seed: string;
  /** Ends at whichever of the two comes first. */
  readonly countMax: number;
  readonly durationMsMax: number;
}

export interface FuzzResult {
  readonly count: number;
  readonly bytes: number;
  /** How many inputs were at least as large as each of `SIZES`, and smaller than the next. */
  readonly countBySize: readonly number[];
  readonly findings: number;
  readonly gaps: number;
  /** The slowest input, in milliseconds for each 100 KB that it has at least. */
  readonly slowestMs: number;
  readonly residentBytesMax: number;
  /** The number of the input, and what was wrong with it. */
  readonly problems: readonly string[];
}

export const SIZES: readonly number[] = [0, 100, 1_000, 10_000, 100_000];

const MS_PER_UNIT_MAX = 50;
const UNIT_BYTES = 100_000;
const RESIDENT_BYTES_MAX = 1_000_000_000;
/** The reference scans every so many inputs too, and has to find the same. */
const COMPARED_EVERY = 50;
const PROBLEMS_MAX = 20;

/** Returns a fuzzer. Making one compiles all rules, which takes as long as a few thousand inputs. */
export function createFuzzer(): (options: FuzzOptions) => Promise<FuzzResult> {
  const rules = compileAll(listRuleFiles());
  const kernel = scanArchives(createScanner(rules), inflateRaw);
  const reference = scanArchives(createScanner(rules, createReferenceProposer), inflateRaw);
  return async ({ seed, countMax, durationMsMax }) => {
    const nextInput = createHostileInputs(seed);
    const problems: string[] = [];
    const countBySize = SIZES.map(() => 0);
    const end = performance.now() + durationMsMax;
    const sum = { count: 0, bytes: 0, findings: 0, gaps: 0, slowestMs: 0, residentBytesMax: 0 };
    while (sum.count < countMax && performance.now() < end && problems.length < PROBLEMS_MAX) {
      const input = nextInput();
      const result = attempt(kernel, input);
      sum.count++;
      sum.bytes += input.length;
      sum.findings += result.findings;
      sum.gaps += result.gaps;
      sum.slowestMs = Math.max(sum.slowestMs, result.ms);
      const size = SIZES.findLastIndex((bytes) => bytes <= input.length);
      countBySize[size] = (countBySize[size] ?? 0) + 1;
      if (result.problem !== undefined) problems.push(`input ${sum.count}: ${result.problem}`);
      if (sum.count % COMPARED_EVERY !== 1) continue;
      if (summary(kernel, input) !== summary(reference, input)) {
        problems.push(`input ${sum.count}: the reference finds something else`);
      }
      // As the scanning thread does between batches: only then Node's zlib gives back the buffers of
      // data that it could not inflate, 16 KB each.
      await setImmediate();
      sum.residentBytesMax = Math.max(sum.residentBytesMax, process.memoryUsage.rss());
    }
    if (sum.residentBytesMax > RESIDENT_BYTES_MAX) {
      problems.push(`${sum.residentBytesMax} bytes resident, over ${RESIDENT_BYTES_MAX}`);
    }
    return { ...sum, countBySize, problems };
  };
}

interface Attempt {
  readonly findings: number;
  readonly gaps: number;
  readonly ms: number;
  readonly problem?: string;
}

/** What seemed slow is scanned again: other work on the machine may have been the reason. */
function attempt(scanner: Scanner, input: Uint8Array): Attempt {
  const units = Math.max(1, input.length / UNIT_BYTES);
  try {
    const started = performance.now();
    const { findings, gaps } = scanner.scan(input);
    let ms = (performance.now() - started) / units;
    for (let again = 0; ms > MS_PER_UNIT_MAX && again < ATTEMPTS_MAX; again++) {
      ms = cpuMs(() => scanner.scan(input)) / units;
    }
    const counts = { findings: findings.length, gaps: gaps.length, ms };
    return ms > MS_PER_UNIT_MAX ? { ...counts, problem: `${ms.toFixed(0)} ms for 100 KB` } : counts;
  } catch (error) {
    return { findings: 0, gaps: 0, ms: 0, problem: `threw ${String(error)}` };
  }
}

const ATTEMPTS_MAX = 3;

/** Of the user's side of this process: asking for it costs as much as scanning a small input. */
function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  return process.cpuUsage(before).user / 1_000;
}

/** Places and masks, as they may be printed. */
function summary(scanner: Scanner, input: Uint8Array): string {
  return JSON.stringify(scanner.scan(input));
}
