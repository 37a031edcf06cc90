/** Scans fragments in the thread that calls it: bytes in, masked findings out. */
import { scanArchives } from "../detect/archive/scan-archives.ts";
import { createKernelProposer } from "../detect/kernel/kernel-proposer.ts";
import { createScanner } from "../detect/scan.ts";
import { createHmacHex } from "../lib/hmac.ts";
import { inflateRaw } from "../lib/inflate-raw.ts";
import type { Finding } from "../model/finding.ts";
import type { Fragment, Gap } from "../model/fragment.ts";
import { linesOf, maskedLine } from "../model/masked-line.ts";
import type { CompiledRules } from "../model/rule.ts";
import { toFinding } from "../triage/fingerprint.ts";
import { createOwnRunner, type OwnRun } from "./own/runner.ts";
import type { CreateOwnSearch } from "./own/search.ts";

export interface ScannedFragment {
  readonly blob: Fragment["blob"];
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

export interface ScannedBatch {
  /** One per fragment, in order. */
  readonly results: readonly ScannedFragment[];
  /** Milliseconds of the processor that own rules took. */
  readonly ownMs: number;
}

/** @param own the rules of the configuration that count for these fragments. */
export type FragmentScan = (
  fragments: readonly Fragment[],
  fingerprintKey: Uint8Array,
  own?: OwnRun,
) => ScannedBatch;

/**
 * Making one costs tens of milliseconds, so make one per thread.
 *
 * @param createOwnSearch is called once there are own rules.
 */
export function createFragmentScan(
  rules: CompiledRules,
  createOwnSearch: CreateOwnSearch,
): FragmentScan {
  const runner = createOwnRunner(createOwnSearch);
  const scanner = scanArchives(
    createScanner(rules, createKernelProposer, runner.search),
    inflateRaw,
  );
  return (fragments, fingerprintKey, own) => {
    const hmac = createHmacHex(fingerprintKey);
    runner.beginBatch(own);
    const results = fragments.map(({ blob, bytes }) => {
      runner.beginFragment();
      const { findings: raws, gaps } = scanner.scan(bytes);
      const findings = raws.map((raw) => toFinding(raw, hmac));
      return {
        blob,
        findings: maskInnerPaths(findings, (names) =>
          scanner.scan(names).findings.map((raw) => toFinding(raw, hmac)),
        ),
        gaps: gaps.map((gap) => ({ ...gap, blob })),
      };
    });
    return { results, ownMs: runner.endBatch() };
  };
}

/** A file within an archive may be called like a key, as any file may. */
function maskInnerPaths(
  findings: readonly Finding[],
  scanNames: (names: Uint8Array) => readonly Finding[],
): readonly Finding[] {
  const names = [...new Set(findings.map(({ inside }) => inside))].filter(
    (name) => name !== undefined,
  );
  if (names.length === 0) return findings;
  const text = linesOf(names);
  const inNames = scanNames(new TextEncoder().encode(text));
  if (inNames.length === 0) return findings;
  return findings.map((finding) => {
    if (finding.inside === undefined) return finding;
    const line = names.indexOf(finding.inside) + 1;
    return { ...finding, inside: maskedLine(text, line, inNames) };
  });
}
