/** Runs one scan from its target to its report. */
import type { CompiledRules } from "../../model/rule.ts";
import { compileGlobs } from "../../triage/path-globs.ts";
import { readBaseline, writeBaseline } from "./baseline.ts";
import { createEngine } from "./engine.ts";
import { createExplainer } from "./explain.ts";
import { maskNames } from "./names.ts";
import type { ScanIdentity } from "./own-pepper.ts";
import { type Judged, judge, type ScanReport } from "./report.ts";
import { scanTarget, type Target, type TargetReading } from "./target.ts";

export interface ScanRequest {
  readonly target: Target;
  readonly rules: CompiledRules;
  readonly exclude: readonly string[];
  readonly fileBytesMax: number;
  readonly threadCount: number;
  readonly baseline: string | undefined;
  readonly writeBaseline: string | undefined;
  readonly explain: boolean;
}

/** What a scan takes from its surroundings. */
export interface Surroundings
  extends Pick<
    TargetReading,
    "searchPath" | "indexFile" | "stdin" | "progress" | "signal" | "warn"
  > {
  readonly identity: ScanIdentity;
}

/** @throws UsageError before anything is scanned; the signal's reason. */
export async function runScan(request: ScanRequest, around: Surroundings): Promise<ScanReport> {
  const startedAt = performance.now();
  const { rules, threadCount, fileBytesMax } = request;
  const { progress, signal, identity } = around;
  const { fingerprintKey } = identity;
  const baseline =
    request.baseline === undefined
      ? new Set<never>()
      : readBaseline(request.baseline, fingerprintKey);
  const explainer = request.explain ? createExplainer(rules) : undefined;
  const look = explainer && { look: explainer.look };
  const engine = createEngine({ rules, fingerprintKey, threadCount, progress, signal, ...look });
  try {
    const isExcluded = compileGlobs(request.exclude);
    const reading = { ...around, engine, fileBytesMax, isExcluded };
    const scanned = await scanTarget(request.target, reading);
    const dropped = explainer?.list() ?? [];
    const shown = dropped.map(({ origin }) => origin);
    const masked = await maskNames(engine, scanned, shown);
    const judged = keepBaseline(judge(masked, { rules, baseline }), request, around);
    return {
      keys: judged.keys,
      gaps: judged.gaps,
      baselineCount: judged.known.length,
      ...(explainer && {
        dropped: [
          ...dropped.map((one) => ({ ...one, origin: masked.mask(one.origin) })),
          ...judged.elsewhere.map((key) => ({ ...key, reason: "path" as const })),
          ...judged.known.map((key) => ({ ...key, reason: "baseline" as const })),
        ],
      }),
      ...engine.totals(),
      ms: performance.now() - startedAt,
      rules,
    };
  } finally {
    await engine.close();
    progress.end();
  }
}

/** What is written to a baseline is known from then on, and no longer reported. */
function keepBaseline(
  judged: Judged,
  { writeBaseline: path }: ScanRequest,
  { identity, warn }: Surroundings,
): Judged {
  if (path === undefined) return judged;
  const known = [...judged.known, ...judged.keys];
  const keys = new Set(known.map(({ fingerprint }) => fingerprint));
  writeBaseline(path, identity.fingerprintKey, keys);
  warn(`${path} holds ${keys.size} ${keys.size === 1 ? "key" : "keys"} now.`);
  return { ...judged, keys: [], known };
}
