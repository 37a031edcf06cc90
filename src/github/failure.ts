/** What went wrong when GitHub was asked, reduced to what may be stored and logged. */

/**
 * `retryable`: the same request may succeed later. `final`: it will not (gone, forbidden, invalid
 * for a reason of the repository). `bug`: the request itself is wrong, which is ours to mend.
 */
export type FailureKind = "retryable" | "final" | "bug";

/** Never holds a body, a header or a URL: any of them may carry text of a repository or a token. */
export class GitHubError extends Error {
  override readonly name = "GitHubError";
  readonly kind: FailureKind;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Method and route template, such as `POST /repos/{owner}/{repo}/issues`. */
  readonly route: string;
  readonly retryAfterMs: number | undefined;
  constructor(failure: {
    readonly kind: FailureKind;
    readonly status: number;
    readonly route: string;
    readonly retryAfterMs?: number;
    /** Absent: what GitHub answered. */
    readonly message?: string;
  }) {
    super(failure.message ?? `GitHub answered ${failure.status || "nothing"} to ${failure.route}`);
    this.kind = failure.kind;
    this.status = failure.status;
    this.route = failure.route;
    this.retryAfterMs = failure.retryAfterMs;
  }
}

/** What was not sent, since the installation has used up its share for now. */
export function heldBack(route: string, retryAfterMs: number): GitHubError {
  const message = `held back ${route}: as much was sent as GitHub takes in this time`;
  return new GitHubError({ kind: "retryable", status: 0, route, retryAfterMs, message });
}

/** Wait at least this long after a limit that names no time (GitHub's rate limit documentation). */
const LIMIT_WAIT_MS = 60_000;
const WAIT_MS_MAX = 3_600_000;

interface Answer {
  readonly status?: unknown;
  readonly response?: {
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly data?: { readonly message?: unknown };
  };
}

/** Reduces whatever a request threw. @param now epoch milliseconds, for reset times. */
export function reduceFailure(cause: unknown, route: string, now: number): GitHubError {
  if (cause instanceof GitHubError) return cause;
  const { status: raw, response } = (cause ?? {}) as Answer;
  const headers = response?.headers ?? {};
  // Octokit reports a lost connection as status 500 without a response.
  const status = response === undefined || typeof raw !== "number" ? 0 : raw;
  const isSecondary = /secondary rate limit/i.test(String(response?.data?.message));
  const wait = waitOf(status, headers, now) ?? (isSecondary ? LIMIT_WAIT_MS : undefined);
  const retryAfterMs = wait === undefined ? {} : { retryAfterMs: Math.min(wait, WAIT_MS_MAX) };
  return new GitHubError({
    kind: kindOf(status, wait !== undefined),
    status,
    route,
    ...retryAfterMs,
  });
}

function kindOf(status: number, isLimited: boolean): FailureKind {
  if (isLimited || status === 0 || status >= 500 || status === 408 || status === 409) {
    return "retryable";
  }
  // 401 means a token that ran out in between, or credentials an operator is about to mend.
  if (status === 401) return "retryable";
  if (status === 400 || status === 415 || status === 422) return "bug";
  return "final";
}

/** Milliseconds to wait, or undefined when no limit was hit. */
function waitOf(
  status: number,
  headers: Readonly<Record<string, unknown>>,
  now: number,
): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const retryAfterSeconds = Number(headers["retry-after"]);
  if (Number.isFinite(retryAfterSeconds) && headers["retry-after"] !== undefined) {
    return retryAfterSeconds * 1_000;
  }
  if (headers["x-ratelimit-remaining"] === "0") {
    const resetMs = Number(headers["x-ratelimit-reset"]) * 1_000;
    return Number.isFinite(resetMs) ? Math.max(1_000, resetMs - now) : LIMIT_WAIT_MS;
  }
  return status === 429 ? LIMIT_WAIT_MS : undefined;
}
