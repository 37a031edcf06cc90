/** Runs one scan from its target to its report. */
import type { CompiledRules } from "../../model/rule.ts";
import { compileGlobs } from "../../triage/path-globs.ts";
import { readBaseline, writeBaseline } from "./baseline.ts";
import { createEngine } from "./engine.ts";
import { createExplainer, type Dropped, type DroppedInBlob } from "./explain.ts";
import type { Origin, Scanned } from "./item.ts";
import { type Masked, maskNames } from "./names.ts";
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
    const listLookedAt = () => explainer?.list().map(({ blob }) => blob) ?? [];
    const reading = { ...around, engine, fileBytesMax, isExcluded, listLookedAt };
    const scanned = await scanTarget(request.target, reading);
    const dropped = placeDropped(explainer?.list() ?? [], scanned);
    const masked = await maskNames(engine, scanned, dropped.flatMap(shownOf));
    const judged = keepBaseline(judge(masked, { rules, baseline }), request, around);
    return {
      keys: judged.keys,
      gaps: judged.gaps,
      baselineCount: judged.known.length,
      ...(explainer && {
        dropped: [
          ...dropped.map((one) => maskDropped(one, masked)),
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

/** In a repository a text without a place is of a version that was only compared with. */
function placeDropped(
  dropped: readonly DroppedInBlob[],
  { originOf }: Scanned,
): readonly Dropped[] {
  if (originOf === undefined) return dropped;
  return dropped.flatMap((one) => {
    if (one.origin.kind !== "file") return [one];
    const origin = originOf(one.blob);
    return origin === undefined ? [] : [{ ...one, origin }];
  });
}

/** Everything that is shown as a path. */
function shownOf({ origin, inside }: Dropped): readonly Origin[] {
  return inside === undefined ? [origin] : [origin, innerOrigin(inside)];
}

function maskDropped(one: Dropped, { mask }: Masked): Dropped {
  const inside = one.inside === undefined ? undefined : mask(innerOrigin(one.inside)).path;
  return {
    ...one,
    origin: mask(one.origin),
    ...(inside === undefined ? {} : { inside }),
  };
}

function innerOrigin(path: string): Origin {
  return { kind: "file", path };
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
