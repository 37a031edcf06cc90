/**
 * The scanning thread: bytes in, masked findings out.
 *
 * The text of a key never leaves this thread: findings are fingerprinted and masked before they
 * are posted back.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { Fragment } from "../model/fragment.ts";
import type { CompiledRules } from "../model/rule.ts";
import { createFragmentScan, type ScannedFragment } from "./scan-fragments.ts";

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

const scan = createFragmentScan(workerData as CompiledRules);

parentPort?.on("message", ({ id, fragments, fingerprintKey }: ScanRequest) => {
  const results = scan(fragments, fingerprintKey);
  parentPort?.postMessage({ id, results } satisfies ScanReply);
});
