/** One call of `rekeeper scan`: from its arguments to its output and exit code. */
import type { EffectivePolicy } from "../../model/policy.ts";
import type { CompiledRules } from "../../model/rule.ts";
import { colorsOfOutput } from "../colors.ts";
import { UsageError } from "../usage-error.ts";
import { findConfig } from "./find-config.ts";
import { loadRules } from "./load-rules.ts";
import { openIdentity } from "./own-pepper.ts";
import { createProgress } from "./progress.ts";
import { renderHuman } from "./render-human.ts";
import { renderJson } from "./render-json.ts";
import { renderSarif } from "./render-sarif.ts";
import type { ScanReport } from "./report.ts";
import { runScan, type ScanConfig, type ScanRequest } from "./run-scan.ts";
import type { Target } from "./target.ts";

/** As they are given: see cli/scan.ts. */
export interface ScanOptions {
  readonly git?: true;
  readonly staged?: true;
  /** True when it is given without a range. */
  readonly diff?: string | true;
  readonly format: "human" | "json" | "sarif";
  readonly exclude: readonly string[];
  readonly rules: readonly string[];
  readonly config: boolean;
  readonly base?: string;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly explain?: true;
  readonly acceptGaps?: true;
  readonly maxMegabytes: number;
  readonly threads: number;
}

const MEGABYTE_BYTES = 1_000_000;

const EXIT_CLEAN = 0;
const EXIT_LEAKS = 1;
const EXIT_GAPS = 3;
/** What a shell reports of a program that an interrupt ended. */
const EXIT_INTERRUPTED = 130;

/**
 * Scans, prints the report and sets the exit code.
 *
 * @param version of this program.
 * @throws UsageError before anything is scanned; SettingsError for a pepper that is unusable.
 */
export async function performScan(
  paths: readonly string[],
  options: ScanOptions,
  version: string,
): Promise<void> {
  const warn = (sentence: string) => process.stderr.write(`rekeeper: ${sentence}\n`);
  const request = await toRequest(paths, options, warn);
  const identity = openIdentity(process.env);
  if (identity.isPassing && (request.baseline ?? request.writeBaseline) !== undefined) {
    throw new UsageError(
      "A baseline needs a pepper that lasts, and the configuration folder cannot be written: set REKEEPER_PEPPER or XDG_CONFIG_HOME.",
    );
  }
  const abort = new AbortController();
  // The processes of git are in groups of their own, so that a terminal's interrupt misses them.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => abort.abort());
  try {
    const report = await runScan(request, {
      identity,
      searchPath: process.env["PATH"] ?? "",
      indexFile: process.env["GIT_INDEX_FILE"],
      stdin: process.stdin,
      progress: createProgress(process.stderr, () => performance.now()),
      signal: abort.signal,
      warn,
    });
    process.stdout.write(render(report, options, version));
    process.exitCode = exitCodeOf(report, options);
  } catch (cause) {
    if (!abort.signal.aborted) throw cause;
    process.exitCode = EXIT_INTERRUPTED;
  }
}

async function toRequest(
  paths: readonly string[],
  options: ScanOptions,
  warn: (sentence: string) => void,
): Promise<ScanRequest> {
  const target = targetOf(paths, options);
  const rules = await loadRules(options.rules);
  return {
    target,
    rules,
    config: await loadConfig(target, options, rules, warn),
    exclude: options.exclude,
    fileBytesMax: options.maxMegabytes * MEGABYTE_BYTES,
    threadCount: options.threads,
    baseline: options.baseline,
    writeBaseline: options.writeBaseline,
    explain: options.explain ?? false,
  };
}

async function loadConfig(
  target: Target,
  options: ScanOptions,
  rules: CompiledRules,
  warn: (sentence: string) => void,
): Promise<ScanConfig> {
  const found = findConfig(target);
  const { base } = options;
  const files = {
    ...(base !== undefined && { organisation: base }),
    ...(options.config && found.file !== undefined && { repository: found.file }),
  };
  const around = { pathOf: found.pathOf, today: new Date().toISOString().slice(0, 10) };
  if (Object.keys(files).length === 0) return { ...around, policy: NO_POLICY };
  // Only now: loading what reads it takes longer than most scans.
  const { readConfig } = await import("./read-config.ts");
  const { policy, own, warnings } = await readConfig(files, rules);
  for (const warning of warnings) warn(warning);
  return { ...around, policy, ...(own && { own }) };
}

const NO_POLICY: EffectivePolicy = {
  permit: [],
  ownRules: [],
  exclude: [],
  allow: [],
  issues: { labels: [], assignees: [] },
  origins: [],
  warnings: [],
};

function targetOf(paths: readonly string[], options: ScanOptions): Target {
  const { git, staged, diff } = options;
  if ([git, staged, diff].filter((option) => option !== undefined).length > 1) {
    throw new UsageError("Give one of --git, --staged and --diff, not several.");
  }
  if (git ?? staged ?? diff) return repositoryTarget(paths, options);
  const [path = ".", ...others] = paths;
  const isStdin = path === "-" && others.length === 0;
  return isStdin ? { kind: "stdin" } : { kind: "paths", paths: [path, ...others] };
}

function repositoryTarget(paths: readonly string[], { git, staged, diff }: ScanOptions): Target {
  const [folder = ".", ...others] = paths;
  if (diff === "-" && paths.length === 0) return { kind: "diff" };
  if (diff === "-") throw new UsageError("--diff - reads standard input: give no path with it.");
  if (others.length > 0) throw new UsageError("Name one repository, not several paths.");
  if (git) return { kind: "history", folder };
  if (staged) return { kind: "staged", folder };
  return { kind: "range", folder, range: diff === true ? undefined : diff };
}

function render(report: ScanReport, { format }: ScanOptions, version: string): string {
  if (format === "json") return renderJson(report);
  if (format === "sarif") return renderSarif(report, version);
  return renderHuman(report, colorsOfOutput());
}

/** A key is worse news than a gap. */
function exitCodeOf({ keys, gaps }: ScanReport, { acceptGaps }: ScanOptions): number {
  if (keys.some(({ lane }) => lane === "provider")) return EXIT_LEAKS;
  const counting = gaps.filter(({ kind }) => kind === "failed" || !acceptGaps);
  return counting.length > 0 ? EXIT_GAPS : EXIT_CLEAN;
}
