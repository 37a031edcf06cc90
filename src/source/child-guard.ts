/** Stops a child process at its limits, together with all processes that it started. */
import { type FolderLimit, watchFolder } from "./folder-limit.ts";
import type { GitProcess } from "./git-process.ts";

interface Limits {
  readonly timeoutMs: number;
  readonly folderLimit?: FolderLimit;
  readonly signal: AbortSignal;
}

type StopReason = "aborted" | "timeout" | "too-large";

export interface ChildGuard {
  /** Waits for the child's next sign of life; only this time counts against `timeoutMs`. */
  wait<Value>(sign: Promise<Value>): Promise<Value>;
  /** Why the guard stopped the child; undefined when it did not. */
  stopped(): StopReason | undefined;
  /** Asks the whole group to end, and ends it when it does not. */
  kill(): void;
  /** Call it when the child is gone: ends the watching, and what outlived a killed child. */
  end(): void;
}

const KILL_GRACE_MS = 2_000;

/** @param child leads a process group of its own. */
export function guardChild(child: Pick<GitProcess, "pid">, limits: Limits): ChildGuard {
  let stopped: StopReason | undefined;
  let leftMs = limits.timeoutMs;
  let killer: NodeJS.Timeout | undefined;

  const kill = (): void => {
    killGroup(child, "SIGTERM");
    killer ??= setTimeout(() => killGroup(child, "SIGKILL"), KILL_GRACE_MS);
  };
  const stopFor = (reason: StopReason): void => {
    stopped ??= reason;
    kill();
  };
  const onAbort = (): void => stopFor("aborted");
  limits.signal.addEventListener("abort", onAbort, { once: true });
  const { folderLimit } = limits;
  const unwatch = folderLimit && watchFolder(folderLimit, () => stopFor("too-large"));

  return {
    async wait(sign) {
      const startedAt = performance.now();
      const timer = setTimeout(() => stopFor("timeout"), leftMs);
      try {
        return await sign;
      } finally {
        clearTimeout(timer);
        leftMs = Math.max(1, leftMs - (performance.now() - startedAt));
      }
    },
    stopped: () => stopped,
    kill,
    end() {
      limits.signal.removeEventListener("abort", onAbort);
      unwatch?.();
      if (killer === undefined) return;
      clearTimeout(killer);
      // Only after a kill: the group's number of a child that ended by itself may be reused.
      killGroup(child, "SIGKILL");
    },
  };
}

function killGroup(child: Pick<GitProcess, "pid">, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
}
