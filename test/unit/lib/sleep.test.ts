import { expect, it } from "vitest";
import { sleep } from "../../../src/lib/sleep.ts";

it("waits at least as long as it is told", async () => {
  const started = performance.now();
  await sleep(30);
  // Timers count in whole milliseconds and may come up to one early.
  expect(performance.now() - started).toBeGreaterThanOrEqual(29);
});

it("ends at once, without an error, when its signal aborts", async () => {
  const abort = new AbortController();
  const sleeping = sleep(60_000, abort.signal);
  abort.abort();
  await expect(sleeping).resolves.toBeUndefined();
  await expect(sleep(60_000, abort.signal)).resolves.toBeUndefined();
});
