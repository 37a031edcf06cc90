/** One task at a time per key, in the order of asking. */

export interface KeyedMutex<Key> {
  /**
   * Runs the task when all earlier ones of this key have ended. Rejects with the signal's reason
   * when that is aborted while waiting.
   */
  run<Value>(key: Key, signal: AbortSignal, task: () => Promise<Value>): Promise<Value>;
}

export function createKeyedMutex<Key>(): KeyedMutex<Key> {
  const tails = new Map<Key, Promise<void>>();
  return {
    async run(key, signal, task) {
      const turn = tails.get(key) ?? Promise.resolve();
      const own = Promise.withResolvers<void>();
      const tail = turn
        .then(() => own.promise)
        .then(() => {
          if (tails.get(key) === tail) tails.delete(key);
        });
      tails.set(key, tail);
      try {
        await waitOrAbort(turn, signal);
        return await task();
      } finally {
        own.resolve();
      }
    },
  };
}

async function waitOrAbort(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([turn, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
