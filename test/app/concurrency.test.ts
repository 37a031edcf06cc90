/** Many deliveries at once, a GitHub that stalls, and the promise that nothing doubles or waits. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import { githubToken } from "../support/random-keys.ts";

let app: AppUnderTest;

beforeAll(async () => {
  app = await startApp();
});

afterAll(async () => {
  await app.stop();
});

test("twenty overlapping pushes at once and a redelivery leave one check per head and one issue per key", async () => {
  const repo = await app.repository("crowded");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const first = githubToken("crowded 1");
  const second = githubToken("crowded 2");
  const leak = repo.commit({ branch: "b0", parents: [base], files: { "k.env": `T=${first}\n` } });
  const heads = [leak];
  for (let index = 1; index < 20; index += 1) {
    const key = index % 2 === 0 ? second : first;
    const parent = heads.at(-1) ?? leak;
    heads.push(
      repo.commit({
        branch: `b${index}`,
        parents: [parent],
        files: { [`f${index % 3}.env`]: `A=${index}\nT=${key}\n` },
      }),
    );
  }
  await repo.pushOnly(...heads.map((_, index) => `b${index}`));
  const delivery = app.sandbox.state.deliveries.findLast((sent) => sent.event === "push");
  app.sandbox.redeliver(delivery?.id ?? 0);
  await app.idle();
  for (const head of heads) expect(repo.check(head).status).toBe("completed");
  expect(repo.issues()).toHaveLength(2);
});

const STALL_MS = 20_000;
const ANSWER_MS_MAX = 2_000;

test("while the API stalls for 20 s every webhook is answered in under 2 s", async () => {
  const repo = await app.repository("stalled");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  app.sandbox.state.faults.push({ matches: () => true, stallMs: STALL_MS, times: 8 });
  const heads = Array.from({ length: 10 }, (_, index) =>
    repo.commit({ branch: `s${index}`, parents: [base], files: { b: `${index}\n` } }),
  );
  const before = app.sandbox.state.deliveries.length;
  await repo.pushOnly(...heads.map((_, index) => `s${index}`));
  await app.sandbox.idle();
  const sent = app.sandbox.state.deliveries.slice(before).filter(({ event }) => event === "push");
  expect(sent).toHaveLength(10);
  for (const delivery of sent) {
    expect(delivery.statusCode).toBe(200);
    expect(delivery.durationS * 1_000).toBeLessThan(ANSWER_MS_MAX);
  }
  app.sandbox.state.faults.length = 0;
  await app.idle();
  for (const head of heads) expect(repo.check(head).conclusion).toBe("success");
}, 90_000);
