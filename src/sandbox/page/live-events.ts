/** Tells open pages over server-sent events that something is different now. */
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { SandboxState } from "../state.ts";

/** Changes closer together than this are told as one. */
const QUIET_MS = 50;
/** Keeps proxies with browsers from taking a silent connection for a dead one. */
const HEARTBEAT_MS = 20_000;
const LISTENERS_MAX = 100;

export interface LiveEvents {
  /** Answers with a stream of `change` events, or 503 when a hundred pages listen already. */
  respond(context: Context): Response;
}

export function createLiveEvents(state: SandboxState, stopping: AbortSignal): LiveEvents {
  let listenerCount = 0;
  return {
    respond(context) {
      if (listenerCount >= LISTENERS_MAX) return context.text("Too many pages are open.", 503);
      const response = streamSSE(context, async (stream) => {
        listenerCount += 1;
        const inbox = createInbox(state);
        const end = (): void => inbox.close();
        stream.onAbort(end);
        stopping.addEventListener("abort", end);
        try {
          await stream.writeSSE({ event: "hello", data: "", retry: 1_000 });
          while (!stopping.aborted && !stream.aborted) {
            const changed = await inbox.next(HEARTBEAT_MS);
            if (changed) await stream.sleep(QUIET_MS);
            inbox.empty();
            await stream.writeSSE({ event: changed ? "change" : "beat", data: "" });
          }
        } finally {
          stopping.removeEventListener("abort", end);
          inbox.close();
          listenerCount -= 1;
        }
      });
      // Else a server that is told to stop would wait until the idle connection times out.
      response.headers.set("connection", "close");
      return response;
    },
  };
}

interface Inbox {
  /** Resolves with true at a change, also one since the last `empty`; with false after the wait. */
  next(waitMs: number): Promise<boolean>;
  empty(): void;
  /** Ends the subscription; a `next` under way resolves. */
  close(): void;
}

function createInbox(state: SandboxState): Inbox {
  let full = false;
  let wake: (() => void) | undefined;
  const unsubscribe = state.subscribe(() => {
    full = true;
    wake?.();
  });
  return {
    async next(waitMs) {
      if (full) return true;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, waitMs);
      wake = resolve;
      await promise;
      clearTimeout(timer);
      return full;
    },
    empty() {
      full = false;
    },
    close() {
      unsubscribe();
      wake?.();
    },
  };
}
