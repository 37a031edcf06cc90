/** Runs one scan from its target to its report. */
import { joinRules } from "../../job/own/join-rules.ts";
import type { EffectivePolicy } from "../../model/policy.ts";
import type { CompiledRules } from "../../model/rule.ts";
import { compileGlobs } from "../../triage/path-globs.ts";
import { applyConfig } from "./apply-config.ts";
import { readBaseline, writeBaseline } from "./baseline.ts";
import { createEngine, type LocalOwnRules } from "./engine.ts";
import { createExplainer, type Dropped, type DroppedInBlob } from "./explain.ts";
import type { FoundConfig } from "./find-config.ts";
import type { Origin, Scanned } from "./item.ts";
import { type Masked, maskNames } from "./names.ts";
import type { ScanIdentity } from "./own-pepper.ts";
import { type Judged, judge, type ScanReport } from "./report.ts";
import { scanTarget, type Target, type TargetReading } from "./target.ts";

export interface ScanRequest {
  readonly target: Target;
  /** Without the own rules of the configuration. */
  readonly rules: CompiledRules;
  readonly config: ScanConfig;
  readonly exclude: readonly string[];
  readonly fileBytesMax: number;
  readonly threadCount: number;
  readonly baseline: string | undefined;
  readonly writeBaseline: string | undefined;
  readonly explain: boolean;
}

/** What is configured for the files that are scanned. */
export interface ScanConfig extends Pick<FoundConfig, "pathOf"> {
  readonly policy: EffectivePolicy;
  readonly own?: LocalOwnRules;
  /** `YYYY-MM-DD` in UTC: entries of the configuration may have ended. */
  readonly today: string;
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
  const { threadCount, fileBytesMax, config } = request;
  const { progress, signal, identity } = around;
  const { fingerprintKey } = identity;
  const baseline =
    request.baseline === undefined
      ? new Set<never>()
      : readBaseline(request.baseline, fingerprintKey);
  const { own } = config;
  const rules = own === undefined ? request.rules : joinRules(request.rules, own.rules);
  const explainer = request.explain ? createExplainer(request.rules) : undefined;
  const engine = createEngine({
    rules: request.rules,
    ...(own && { own }),
    fingerprintKey,
    threadCount,
    progress,
    signal,
    ...(explainer && { look: explainer.look }),
  });
  try {
    const isExcluded = compileGlobs(request.exclude);
    const listLookedAt = () => explainer?.list().map(({ blob }) => blob) ?? [];
    const reading = { ...around, engine, fileBytesMax, isExcluded, listLookedAt };
    const scanned = await scanTarget(request.target, reading);
    const dropped = placeDropped(explainer?.list() ?? [], scanned);
    const masked = await maskNames(engine, scanned, dropped.flatMap(shownOf));
    const { keys: found, ...rest } = judge(masked, { rules, baseline });
    const { keys, silenced } = applyConfig(found, config.policy, config, config.today);
    const judged = keepBaseline({ ...rest, keys }, request, around);
    return {
      keys: judged.keys,
      gaps: judged.gaps,
      baselineCount: judged.known.length,
      configCount: silenced.length,
      ...(explainer && {
        dropped: [
          ...dropped.map((one) => maskDropped(one, masked)),
          ...judged.elsewhere.map((key) => ({ ...key, reason: "path" as const })),
          ...judged.known.map((key) => ({ ...key, reason: "baseline" as const })),
          ...silenced,
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
