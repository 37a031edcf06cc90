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
import type { CreateOwnSearch } from "./own/search.ts";
import type { TriedOwnRule } from "./own/try-own-rule.ts";
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

/** Loaded once there are own rules: most repositories have none, and RE2 takes memory and time. */
const own: { createSearch?: CreateOwnSearch } = {};

const scan = createFragmentScan(workerData as CompiledRules, (rules) => {
  if (own.createSearch === undefined) throw new Error("own rules came before what runs them");
  return own.createSearch(rules);
});

async function answer(request: WorkerRequest): Promise<WorkerReply["result"]> {
  if (request.scan === undefined) {
    const { tryOwnRule } = await import("./own/try-own-rule.ts");
    return tryOwnRule(request.tryRule);
  }
  if (request.scan.own !== undefined && own.createSearch === undefined) {
    own.createSearch = (await import("./own/search.ts")).createOwnSearch;
  }
  return scan(request.scan.fragments, request.scan.fingerprintKey, request.scan.own);
}

// What fails here ends the thread, and the pool sees that there is no answer.
parentPort?.on("message", async (request: WorkerRequest) => {
  const result = await answer(request);
  parentPort?.postMessage({ id: request.id, result } satisfies WorkerReply);
});
