/** The scanning threads: takes batches of fragments in turn, and replaces a thread that hangs. */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Fragment } from "../model/fragment.ts";
import type { CompiledRules } from "../model/rule.ts";
import type { ScannedFragment } from "./scan-fragments.ts";
import type { ScanReply, ScanRequest } from "./scan-worker.ts";

export interface ScanPool {
  /**
   * Scans fragments in one thread, in order. A fragment that takes longer than its budget comes
   * back with the gap `scan-timeout`, and so does one that ends its thread.
   */
  scan(
    fragments: readonly Fragment[],
    fingerprintKey: Uint8Array,
  ): Promise<readonly ScannedFragment[]>;
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly rules: CompiledRules;
  readonly threadCount: number;
  /** Milliseconds that one batch may take. */
  readonly batchTimeoutMs?: number;
}

const BATCH_TIMEOUT_MS = 30_000;
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

  return {
    async scan(fragments, fingerprintKey) {
      const thread = await take();
      try {
        return await scanInThread(thread, fragments, fingerprintKey);
      } finally {
        giveBack(thread);
      }
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** A batch that fails is scanned again one by one, so that one fragment costs only itself. */
async function scanInThread(
  thread: ScanThread,
  fragments: readonly Fragment[],
  fingerprintKey: Uint8Array,
): Promise<readonly ScannedFragment[]> {
  const results = await thread.run(fragments, fingerprintKey);
  if (results !== undefined) return results;
  if (fragments.length > 1) {
    const single: ScannedFragment[] = [];
    for (const fragment of fragments) {
      single.push(...(await scanInThread(thread, [fragment], fingerprintKey)));
    }
    return single;
  }
  return fragments.map(({ blob }) => ({
    blob,
    findings: [],
    gaps: [{ kind: "by-nature", reason: "scan-timeout", blob }],
  }));
}

interface ScanThread {
  /** Undefined when the thread hung or ended; it is a new one by then. */
  run(
    fragments: readonly Fragment[],
    fingerprintKey: Uint8Array,
  ): Promise<readonly ScannedFragment[] | undefined>;
  close(): Promise<void>;
}

function createThread({ rules, batchTimeoutMs = BATCH_TIMEOUT_MS }: PoolOptions): ScanThread {
  let worker = startWorker(rules);
  let requestCount = 0;
  return {
    async run(fragments, fingerprintKey) {
      requestCount += 1;
      const request: ScanRequest = { id: requestCount, fragments, fingerprintKey };
      const reply = await ask(worker, request, batchTimeoutMs);
      if (reply !== undefined) return reply.results;
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
  request: ScanRequest,
  timeoutMs: number,
): Promise<ScanReply | undefined> {
  return await new Promise((resolve) => {
    const settle = (reply: ScanReply | undefined) => {
      clearTimeout(timer);
      worker.off("message", onMessage);
      worker.off("exit", onExit);
      resolve(reply);
    };
    const onMessage = (reply: ScanReply) => {
      if (reply.id === request.id) settle(reply);
    };
    const onExit = () => settle(undefined);
    const timer = setTimeout(() => settle(undefined), timeoutMs);
    worker.on("message", onMessage);
    worker.on("exit", onExit);
    worker.postMessage(request);
  });
}
