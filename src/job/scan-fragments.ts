/** Scans fragments in the thread that calls it: bytes in, masked findings out. */
import { scanArchives } from "../detect/archive/scan-archives.ts";
import { createScanner } from "../detect/scan.ts";
import { hmacHex } from "../lib/hmac.ts";
import { inflateRaw } from "../lib/inflate-raw.ts";
import type { Finding } from "../model/finding.ts";
import type { Fragment, Gap } from "../model/fragment.ts";
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
    const hmac = (text: string) => hmacHex(fingerprintKey, text);
    return fragments.map(({ blob, bytes }) => {
      const { findings, gaps } = scanner.scan(bytes);
      return {
        blob,
        findings: findings.map((raw) => toFinding(raw, hmac)),
        gaps: gaps.map((gap) => ({ ...gap, blob })),
      };
    });
  };
}
