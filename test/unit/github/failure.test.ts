import { describe, expect, it } from "vitest";
import { type FailureKind, type GitHubError, reduceFailure } from "../../../src/github/failure.ts";

const ROUTE = "POST /repos/{owner}/{repo}/issues";
const NOW = Date.parse("2026-11-23T10:00:00Z");

type Headers = Readonly<Record<string, string>>;

it.each<[number, FailureKind]>([
  [400, "bug"],
  [401, "retryable"],
  [403, "final"],
  [404, "final"],
  [408, "retryable"],
  [409, "retryable"],
  [410, "final"],
  [415, "bug"],
  [422, "bug"],
  [429, "retryable"],
  [451, "final"],
  [500, "retryable"],
  [502, "retryable"],
  [503, "retryable"],
])("status %i is %s", (status, kind) => {
  expect(reduce({ status })).toMatchObject({ status, kind, route: ROUTE });
});

describe("waits", () => {
  const resetIn = (seconds: number): string => String(NOW / 1_000 + seconds);

  it.each<[string, number, Headers, string, number | undefined]>([
    ["as long as a 403 asks", 403, { "retry-after": "17" }, "", 17_000],
    ["as long as a 429 asks", 429, { "retry-after": "5" }, "", 5_000],
    ["not at all when asked to", 403, { "retry-after": "0" }, "", 0],
    [
      "until the limit is reset",
      403,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": resetIn(90) },
      "",
      90_000,
    ],
    [
      "a second where the reset is past by our clock",
      403,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": resetIn(-60) },
      "",
      1_000,
    ],
    ["a minute where no reset is named", 403, { "x-ratelimit-remaining": "0" }, "", 60_000],
    ["a minute after a bare 429", 429, {}, "", 60_000],
    [
      "a minute after a secondary limit that names no time",
      403,
      { "x-ratelimit-remaining": "42" },
      "You have exceeded a secondary rate limit. Please wait a few minutes.",
      60_000,
    ],
    ["an hour at most", 403, { "retry-after": "86400" }, "", 3_600_000],
    ["not for a 403 that is about rights", 403, {}, "Resource not accessible", undefined],
    ["not for another status", 503, { "retry-after": "17" }, "", undefined],
  ])("%s", (_what, status, headers, message, retryAfterMs) => {
    const failure = reduce({ status, headers, message });
    expect(failure.retryAfterMs).toBe(retryAfterMs);
    expect(failure.kind).toBe(status === 403 && retryAfterMs === undefined ? "final" : "retryable");
  });
});

it.each([
  ["a lost connection", Object.assign(new Error("fetch failed"), { status: 500 })],
  ["a timeout", new DOMException("The operation timed out", "TimeoutError")],
  ["nothing that is known", undefined],
  ["a text", "failed"],
])("%s has status 0 and may be tried again", (_what, cause) => {
  const failure = reduceFailure(cause, ROUTE, NOW);
  expect(failure).toMatchObject({ status: 0, kind: "retryable" });
  expect(failure.message).toBe(`GitHub answered nothing to ${ROUTE}`);
});

it("holds nothing of the answer: a body may quote a repository", () => {
  const failure = reduce({ status: 422, headers: { "x-secret": "hush" }, message: "hush" });
  expect(failure.message).toBe(`GitHub answered 422 to ${ROUTE}`);
  expect(JSON.stringify({ ...failure, cause: failure.cause })).not.toContain("hush");
});

it("reduces a failure once", () => {
  const failure = reduce({ status: 404 });
  expect(reduceFailure(failure, "GET /", NOW)).toBe(failure);
});

function reduce(answer: { status: number; headers?: Headers; message?: string }): GitHubError {
  const { status, headers = {}, message = "" } = answer;
  const response = { status, headers, data: { message } };
  return reduceFailure(Object.assign(new Error(message), { status, response }), ROUTE, NOW);
}
