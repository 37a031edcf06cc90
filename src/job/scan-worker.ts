/**
 * The scanning thread: bytes in, masked findings out.
 *
 * The text of a key never leaves this thread: findings are fingerprinted and masked before they
 * are posted back.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { Fragment } from "../model/fragment.ts";
import type { OwnRuleSource } from "../model/own-rule.ts";
import type { CompiledRules } from "../model/rule.ts";
import type { OwnRun } from "./own/runner.ts";
import { createOwnSearch } from "./own/search.ts";
import { type TriedOwnRule, tryOwnRule } from "./own/try-own-rule.ts";
import { createFragmentScan, type ScannedBatch } from "./scan-fragments.ts";

export interface ScanTask {
  readonly fragments: readonly Fragment[];
  readonly fingerprintKey: Uint8Array;
  readonly own?: OwnRun;
}

export type WorkerRequest = { readonly id: number } & (
  | { readonly scan: ScanTask; readonly tryRule?: undefined }
  | { readonly scan?: undefined; readonly tryRule: OwnRuleSource }
);

export interface WorkerReply {
  readonly id: number;
  readonly result: ScannedBatch | TriedOwnRule;
}

const scan = createFragmentScan(workerData as CompiledRules, createOwnSearch);

parentPort?.on("message", (request: WorkerRequest) => {
  const result =
    request.scan === undefined
      ? tryOwnRule(request.tryRule)
      : scan(request.scan.fragments, request.scan.fingerprintKey, request.scan.own);
  parentPort?.postMessage({ id: request.id, result } satisfies WorkerReply);
});
