/** GitHub's limits with the faults on demand, as a client meets them on the sandbox. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { planFaults } from "../../src/sandbox/faults.ts";
import {
  type SandboxUnderTest,
  startSandbox,
  type WorkTree,
} from "../support/sandbox-under-test.ts";

let under: SandboxUnderTest;
let work: WorkTree;
const shop = { owner: "acme", repo: "shop" } as const;

beforeAll(async () => {
  under = await startSandbox();
  work = await under.createRepository("shop");
  await work.shell("echo 1 > f; git add f; git commit -qm base; git push -q origin main");
});
afterEach(() => {
  const { state } = under.sandbox;
  for (const faults of [state.faults, state.gitFaults, state.webhookFaults]) faults.length = 0;
  under.knobs.clockAheadMs = 0;
});
afterAll(async () => {
  await under.stop();
});

async function eventsDuring(action: () => unknown) {
  await under.sandbox.idle();
  under.events.length = 0;
  await action();
  await under.sandbox.idle();
  return [...under.events];
}

describe("limits", () => {
  test("a token is refused an hour after it was made", async () => {
    const auth = (await under.installation.auth({ type: "installation" })) as { token: string };
    const ask = () =>
      fetch(`${under.baseUrl}/api/v3/repos/acme/shop`, {
        headers: { authorization: `token ${auth.token}` },
      });
    expect((await ask()).status).toBe(200);
    under.knobs.clockAheadMs = 3_600_001;
    expect((await ask()).status).toBe(401);
  });

  test("the 81st text within a minute is refused until the minute is over", async () => {
    const create = (title: string) => under.installation.rest.issues.create({ ...shop, title });
    for (let count = 0; count < 80; count += 1) await create(`issue ${count}`);
    await expect(create("one more")).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("secondary rate limit"),
      response: { headers: { "retry-after": expect.stringMatching(/^\d+$/) } },
    });
    under.sandbox.state.limitsContent = false;
    await expect(create("switched off")).resolves.toBeDefined();
    under.sandbox.state.limitsContent = true;
  });

  test("an endpoint beyond app.yml's permissions says which one it wants", async () => {
    const pull_number = 1;
    const merge = under.installation.rest.pulls.merge({ ...shop, pull_number });
    await expect(merge).rejects.toMatchObject({
      status: 403,
      response: { headers: { "x-accepted-github-permissions": "contents=write" } },
    });
  });

  test("an event that app.yml does not subscribe to is not sent", async () => {
    const events = await eventsDuring(() =>
      under.sandbox.deliver("star", { action: "created", repository: { id: 1 } }),
    );
    expect(events).toEqual([]);
  });
});

describe("a fault", () => {
  test("stalls the answer, then gives the real one", async () => {
    under.sandbox.state.faults.push({ matches: () => true, stallMs: 150, times: 1 });
    const startedMs = performance.now();
    await under.installation.rest.repos.get(shop);
    expect(performance.now() - startedMs).toBeGreaterThan(140);
  });

  test("loses the answer of what was done", async () => {
    under.sandbox.state.faults.push({
      matches: ({ path, method }) => method === "POST" && path.endsWith("/check-runs"),
      answer: { status: 502, body: { message: "Bad Gateway" } },
      afterWork: true,
      times: 1,
    });
    const head_sha = await work.git("rev-parse", "HEAD");
    const create = under.installation.rest.checks.create({ ...shop, name: "lost", head_sha });
    await expect(create).rejects.toMatchObject({ status: 502 });
    expect(under.sandbox.state.checkRuns.at(-1)?.name).toBe("lost");
  });

  test("cuts the connection, before the work or after it", async () => {
    const before = under.sandbox.state.checkRuns.length;
    const head_sha = await work.git("rev-parse", "HEAD");
    for (const afterWork of [false, true]) {
      under.sandbox.state.faults.push({ matches: () => true, reset: true, afterWork, times: 1 });
      const create = under.installation.rest.checks.create({ ...shop, name: "cut", head_sha });
      await expect(create).rejects.toThrow();
    }
    expect(under.sandbox.state.checkRuns.length).toBe(before + 1);
  });

  test("refuses git, or lets it wait", async () => {
    const { gitFaults } = under.sandbox.state;
    gitFaults.push({
      matches: (_one, service) => service === "git-upload-pack",
      status: 503,
      times: 1,
    });
    await expect(work.git("ls-remote", "origin")).rejects.toThrow("503");
    gitFaults.push({ matches: () => true, stallMs: 150, times: 1 });
    const startedMs = performance.now();
    await work.git("ls-remote", "origin");
    expect(performance.now() - startedMs).toBeGreaterThan(140);
  });

  test.each([
    ["lost", ["two", "three"]],
    ["duplicated", ["one", "one", "two", "three"]],
    ["delayed", ["two", "three", "one"]],
    ["reordered", ["two", "one", "three"]],
  ] as const)("%s befalls one webhook", async (effect, expected) => {
    const isFirst = { matches: () => true, effect, delayMs: 100, times: 1 };
    const events = await eventsDuring(async () => {
      under.sandbox.state.webhookFaults.push(isFirst);
      for (const zen of ["one", "two", "three"]) {
        under.sandbox.deliver("ping", { zen });
        // Far enough apart for the order to be told by the fault alone.
        await sleep(20);
      }
    });
    expect(events.map(({ payload }) => payload.zen)).toEqual(expected);
    const guids = events.filter(({ payload }) => payload.zen === "one").map(({ guid }) => guid);
    expect(new Set(guids).size).toBe(Math.min(1, guids.length));
  });

  test("is drawn from a seed: the same plan strikes the same requests, then ends", async () => {
    const play = async (): Promise<string> => {
      const { faults, gitFaults, webhookFaults } = under.sandbox.state;
      faults.length = 0;
      gitFaults.length = 0;
      webhookFaults.length = 0;
      planFaults(under.sandbox.state, { seed: "a seed", share: 0.5, faultsMax: 18 });
      let outcome = "";
      for (let count = 0; count < 60; count += 1) {
        const asked = fetch(`${under.baseUrl}/api/v3/meta`);
        outcome += await asked.then(
          ({ status }) => String(status)[0],
          () => "x",
        );
      }
      return outcome;
    };
    const first = await play();
    expect(first).toMatch(/[x5]/);
    expect(first.slice(-10)).toBe("2".repeat(10));
    expect(await play()).toBe(first);
  });
});
