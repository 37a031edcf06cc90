/** Scans fragments in the thread that calls it: bytes in, masked findings out. */
import { scanArchives } from "../detect/archive/scan-archives.ts";
import { createScanner } from "../detect/scan.ts";
import { createHmacHex } from "../lib/hmac.ts";
import { inflateRaw } from "../lib/inflate-raw.ts";
import type { Finding } from "../model/finding.ts";
import type { Fragment, Gap } from "../model/fragment.ts";
import { linesOf, maskedLine } from "../model/masked-line.ts";
import type { CompiledRules } from "../model/rule.ts";
import { toFinding } from "../triage/fingerprint.ts";

export interface ScannedFragment {
  readonly blob: Fragment["blob"];
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

/** Returns one result per fragment, in order. */
export type FragmentScan = (
  fragments: readonly Fragment[],
  fingerprintKey: Uint8Array,
) => readonly ScannedFragment[];

/** Making one costs tens of milliseconds, so make one per thread. */
export function createFragmentScan(rules: CompiledRules): FragmentScan {
  const scanner = scanArchives(createScanner(rules), inflateRaw);
  return (fragments, fingerprintKey) => {
    const hmac = createHmacHex(fingerprintKey);
    return fragments.map(({ blob, bytes }) => {
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
