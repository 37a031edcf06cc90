/** Refuses texts created too fast, as GitHub's secondary rate limit does. */
import { LIMITS } from "../limits.ts";
import { ApiError } from "./api-error.ts";
import type { Route } from "./route.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** What people get told of: these are the endpoints that GitHub counts. */
const CREATING = /\/(?:issues|comments|pulls|reviews)$/;

export interface ContentLimiter {
  /** Counts one request to `route`; throws 403 with `retry-after` when there were too many. */
  take(route: Route): void;
}

export function createContentLimiter(isOn: () => boolean, now: () => Date): ContentLimiter {
  /** Times of the creations of the last hour, oldest first; bounded by the limit itself. */
  let times: number[] = [];
  return {
    take({ method, path }) {
      if (!isOn() || method !== "POST" || !CREATING.test(path)) return;
      const nowMs = now().getTime();
      times = times.filter((time) => time > nowMs - HOUR_MS);
      const lastMinute = times.filter((time) => time > nowMs - MINUTE_MS);
      const [oldest = nowMs] = times.length >= LIMITS.contentsPerHour ? times : lastMinute;
      if (times.length >= LIMITS.contentsPerHour) throw tooFast(oldest + HOUR_MS - nowMs);
      if (lastMinute.length >= LIMITS.contentsPerMinute) throw tooFast(oldest + MINUTE_MS - nowMs);
      times.push(nowMs);
    },
  };
}

function tooFast(waitMs: number): ApiError {
  const headers = { "retry-after": String(Math.max(1, Math.ceil(waitMs / 1000))) };
  return new ApiError(
    403,
    "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.",
    { headers },
  );
}
