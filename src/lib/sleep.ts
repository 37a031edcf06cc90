/** Waits, or stops waiting when told to. */
import { setTimeout as delay } from "node:timers/promises";

/** Resolves after `ms` milliseconds, or at once when `signal` aborts; never rejects. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? undefined : { signal });
  } catch {
    // Aborted: the caller looks at its signal.
  }
}
