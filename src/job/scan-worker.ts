/**
 * The scanning thread: bytes in, masked findings out.
 *
 * The text of a key never leaves this thread: findings are fingerprinted and masked before they
 * are posted back.
 */
import { parentPort, workerData } from "node:worker_threads";
import { createScanner } from "../detect/scan.ts";
import { hmacHex } from "../lib/hmac.ts";
import type { Finding } from "../model/finding.ts";
import type { Fragment, Gap } from "../model/fragment.ts";
import type { CompiledRules } from "../model/rule.ts";
import { toFinding } from "../triage/fingerprint.ts";

export interface ScanRequest {
  readonly id: number;
  readonly fragments: readonly Fragment[];
  readonly fingerprintKey: Uint8Array;
}

export interface ScanReply {
  readonly id: number;
  /** One entry per fragment, in order. */
  readonly results: readonly ScannedFragment[];
}

export interface ScannedFragment {
  readonly blob: Fragment["blob"];
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

const scanner = createScanner(workerData as CompiledRules);

parentPort?.on("message", ({ id, fragments, fingerprintKey }: ScanRequest) => {
  const hmac = (text: string) => hmacHex(fingerprintKey, text);
  const results = fragments.map(({ blob, bytes }): ScannedFragment => {
    const { findings, gaps } = scanner.scan(bytes);
    return {
      blob,
      findings: findings.map((raw) => toFinding(raw, hmac)),
      gaps: gaps.map((gap) => ({ ...gap, blob })),
    };
  });
  parentPort?.postMessage({ id, results } satisfies ScanReply);
});
