/** The scanning threads: takes batches of fragments in turn, and replaces a thread that hangs. */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Fragment } from "../model/fragment.ts";
import type { OwnRuleSource } from "../model/own-rule.ts";
import type { CompiledRules } from "../model/rule.ts";
import type { TriedOwnRule } from "./own/try-own-rule.ts";
import type { OwnUse } from "./own/use.ts";
import type { ScannedBatch, ScannedFragment } from "./scan-fragments.ts";
import type { ScanTask, WorkerReply, WorkerRequest } from "./scan-worker.ts";

export interface ScanPool {
  /**
   * Scans fragments in one thread, in order. A fragment that takes longer than its budget comes
   * back with the gap `scan-timeout`, and so does one that ends its thread.
   *
   * @param own the rules of the configuration that count for these fragments.
   */
  scan(
    fragments: readonly Fragment[],
    fingerprintKey: Uint8Array,
    own?: OwnUse,
  ): Promise<readonly ScannedFragment[]>;
  /** Tries a rule of the configuration; one over which the thread hangs is refused. */
  tryOwnRule(source: OwnRuleSource): Promise<TriedOwnRule>;
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly rules: CompiledRules;
  readonly threadCount: number;
  /** Milliseconds that one batch may take. */
  readonly batchTimeoutMs?: number;
}

const BATCH_TIMEOUT_MS = 30_000;
const TRY_TIMEOUT_MS = 10_000;
const WORKER_URL = new URL(`./scan-worker${extname(import.meta.url)}`, import.meta.url);

export function createScanPool(options: PoolOptions): ScanPool {
  const threads = Array.from({ length: options.threadCount }, () => createThread(options));
  const waiting: ((thread: ScanThread) => void)[] = [];
  const free = [...threads];

  const take = async (): Promise<ScanThread> =>
    free.pop() ?? (await new Promise((resolve) => waiting.push(resolve)));
  const giveBack = (thread: ScanThread): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(thread);
    else next(thread);
  };
  const withThread = async <Result>(
    work: (thread: ScanThread) => Promise<Result>,
  ): Promise<Result> => {
    const thread = await take();
    try {
      return await work(thread);
    } finally {
      giveBack(thread);
    }
  };

  return {
    scan: (fragments, fingerprintKey, own) =>
      withThread(async (thread) => {
        const task = { fragments, fingerprintKey, ...(own && { own: own.begin() }) };
        const { results, ownMs } = await scanInThread(thread, task);
        own?.end(ownMs);
        return results;
      }),
    tryOwnRule: (source) => withThread((thread) => tryInThread(thread, source)),
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** A batch that fails is scanned again one by one, so that one fragment costs only itself. */
async function scanInThread(thread: ScanThread, task: ScanTask): Promise<ScannedBatch> {
  const batch = await thread.run({ scan: task });
  if (batch !== undefined) return batch as ScannedBatch;
  const { fragments } = task;
  if (fragments.length > 1) {
    const single: ScannedBatch[] = [];
    for (const fragment of fragments) {
      single.push(await scanInThread(thread, { ...task, fragments: [fragment] }));
    }
    return {
      results: single.flatMap(({ results }) => results),
      ownMs: single.reduce((sum, { ownMs }) => sum + ownMs, 0),
    };
  }
  const results = fragments.map(({ blob }) => ({
    blob,
    findings: [],
    gaps: [{ kind: "by-nature", reason: "scan-timeout", blob } as const],
  }));
  return { results, ownMs: 0 };
}

async function tryInThread(thread: ScanThread, source: OwnRuleSource): Promise<TriedOwnRule> {
  const tried = await thread.run({ tryRule: source }, TRY_TIMEOUT_MS);
  return (tried as TriedOwnRule | undefined) ?? { refusal: "trying the rule took too long" };
}

type Work = { readonly scan: ScanTask } | { readonly tryRule: OwnRuleSource };

interface ScanThread {
  /** Undefined when the thread hung or ended; it is a new one by then. */
  run(work: Work, timeoutMs?: number): Promise<WorkerReply["result"] | undefined>;
  close(): Promise<void>;
}

function createThread({ rules, batchTimeoutMs = BATCH_TIMEOUT_MS }: PoolOptions): ScanThread {
  let worker = startWorker(rules);
  let requestCount = 0;
  return {
    async run(work, timeoutMs = batchTimeoutMs) {
      requestCount += 1;
      const reply = await ask(worker, { id: requestCount, ...work }, timeoutMs);
      if (reply !== undefined) return reply.result;
      await worker.terminate();
      worker = startWorker(rules);
      return undefined;
    },
    async close() {
      await worker.terminate();
    },
  };
}

function startWorker(rules: CompiledRules): Worker {
  const worker = new Worker(WORKER_URL, { workerData: rules });
  // An idle thread does not keep the process alive; its failure shows as a missing reply.
  worker.unref();
  worker.on("error", () => {});
  return worker;
}

async function ask(
  worker: Worker,
  request: WorkerRequest,
  timeoutMs: number,
): Promise<WorkerReply | undefined> {
  return await new Promise((resolve) => {
    const settle = (reply: WorkerReply | undefined) => {
      clearTimeout(timer);
      worker.off("message", onMessage);
      worker.off("exit", onExit);
      resolve(reply);
    };
    const onMessage = (reply: WorkerReply) => {
      if (reply.id === request.id) settle(reply);
    };
    const onExit = () => settle(undefined);
    const timer = setTimeout(() => settle(undefined), timeoutMs);
    worker.on("message", onMessage);
    worker.on("exit", onExit);
    worker.postMessage(request);
  });
}
