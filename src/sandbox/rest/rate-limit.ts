/** Counts requests by the hour as GitHub's primary rate limit does. */
import type { SandboxState } from "../state.ts";
import { ApiError } from "./api-error.ts";
import type { Caller } from "./gate.ts";

const WINDOW_MS = 3_600_000;

export interface RateLimit {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970 at which the count starts anew. */
  readonly resetS: number;
}

export interface RateLimiter {
  /** How much a caller has used so far. */
  read(kind: Caller["kind"]): RateLimit;
  /** Counts one request; throws GitHub's 403 when the hour's share is used up. */
  take(kind: Caller["kind"]): void;
}

export function createRateLimiter(state: SandboxState, now: () => Date): RateLimiter {
  const windows = new Map<Caller["kind"], { used: number; readonly endsMs: number }>();

  function currentWindow(kind: Caller["kind"]): { used: number; readonly endsMs: number } {
    const nowMs = now().getTime();
    const known = windows.get(kind);
    if (known !== undefined && known.endsMs > nowMs) return known;
    const fresh = { used: 0, endsMs: nowMs + WINDOW_MS };
    windows.set(kind, fresh);
    return fresh;
  }

  function read(kind: Caller["kind"]): RateLimit {
    const { used, endsMs } = currentWindow(kind);
    const limit = state.requestsPerHourMax;
    const remaining = Math.max(0, limit - used);
    return { limit, used: Math.min(used, limit), remaining, resetS: Math.ceil(endsMs / 1000) };
  }

  return {
    read,
    take(kind) {
      const window = currentWindow(kind);
      window.used += 1;
      if (window.used > state.requestsPerHourMax) {
        throw new ApiError(403, `API rate limit exceeded for ${kind}.`);
      }
    },
  };
}

export function rateLimitHeaders(rate: RateLimit): Readonly<Record<string, string>> {
  return {
    "x-ratelimit-limit": String(rate.limit),
    "x-ratelimit-remaining": String(rate.remaining),
    "x-ratelimit-used": String(rate.used),
    "x-ratelimit-reset": String(rate.resetS),
    "x-ratelimit-resource": "core",
  };
}
