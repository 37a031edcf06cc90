/** What the door takes in, what it refuses, and that it does nothing twice. */
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Delivery } from "../../src/sandbox/state.ts";
import { startServer } from "../../src/webhook/server.ts";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import { deliver, postBytes } from "../support/deliver.ts";
import type { RepositoryUnderTest } from "../support/github-under-test.ts";
import { githubToken } from "../support/random-keys.ts";
import { waitFor } from "../support/wait-for.ts";

const BODY_BYTES_MAX = 25 * 1024 * 1024;

let app: AppUnderTest;
let repo: RepositoryUnderTest;
/** A push as it was delivered, to be delivered again in other ways. */
let push: Delivery;

beforeAll(async () => {
  // Logins are compared without regard to case, as GitHub does.
  app = await startApp({ environment: { REKEEPER_ACCOUNTS: "other-org, ACME" } });
  repo = await app.repository("door");
  repo.commit({ files: { "README.md": "# door\n" } });
  await repo.push("main");
  push = lastDelivery("push");
});

afterAll(async () => {
  await app.stop();
});

describe("a delivery that is refused stores nothing and starts nothing", () => {
  let before: Stored;
  beforeEach(async () => {
    before = await countStored();
  });

  test.each([
    ["with another secret", { "x-hub-signature-256": `sha256=${"0".repeat(64)}` }, 400],
    ["signed by an older algorithm", { "x-hub-signature-256": `sha1=${"0".repeat(40)}` }, 400],
    ["without a signature", { "x-hub-signature-256": undefined }, 400],
    ["without an event", { "x-github-event": undefined }, 400],
    ["without an id", { "x-github-delivery": undefined }, 400],
    ["as a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
  ])("%s", async (_name, headers, status) => {
    const body = JSON.stringify(push.payload);
    const answer = await deliver(app, { event: "push", body, headers });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain("refs/heads");
    expect(await countStored()).toEqual(before);
  });

  test("whose JSON is broken", async () => {
    const answer = await deliver(app, { event: "push", body: '{"ref": "refs/heads/main"' });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain("refs/heads");
    expect(await countStored()).toEqual(before);
  });

  test("that announces more than 25 MB, before any of it is read", async () => {
    const answer = await postBytes(app.webhookUrl(), 0, BODY_BYTES_MAX + 1);
    expect(answer).toMatchObject({ status: 413 });
    expect(await countStored()).toEqual(before);
  });

  test("that turns out to have more than 25 MB", async () => {
    const answer = await postBytes(app.webhookUrl(), BODY_BYTES_MAX + 1);
    expect(answer).toMatchObject({ status: 413 });
    expect(await countStored()).toEqual(before);
  });

  test("while the database fails, with nothing of it in the answer or the log", async () => {
    const { db } = app.service();
    const marked = { ...push.payload, ref: "refs/heads/a-word-to-look-for" };
    const delivery = { event: "push", body: JSON.stringify(marked), id: "while-it-fails" };
    await sql`alter table ranges rename to ranges_away`.execute(db);
    const refused = await deliver(app, delivery);
    await sql`alter table ranges_away rename to ranges`.execute(db);
    expect(refused.status).toBe(500);
    expect(refused.text).not.toContain("a-word-to-look-for");
    expect(app.log()).toContain("a delivery could not be stored");
    expect(app.log()).not.toContain("a-word-to-look-for");
    expect(await countStored()).toEqual(before);
    expect(await deliver(app, delivery)).toMatchObject({ status: 200 });
    await app.idle();
  });
});

test("other methods and paths are not found, and a ping is answered", async () => {
  const origin = new URL(app.webhookUrl()).origin;
  const statusOf = async (url: string, method: string): Promise<number> =>
    (await fetch(url, { method })).status;
  expect(await statusOf(app.webhookUrl(), "GET")).toBe(404);
  expect(await statusOf(app.webhookUrl(), "PUT")).toBe(404);
  expect(await statusOf(`${origin}/`, "GET")).toBe(404);
  expect(await statusOf(`${origin}/api/github`, "POST")).toBe(404);
  const ping = await fetch(`${origin}/ping`);
  expect([ping.status, await ping.text()]).toEqual([200, "pong\n"]);
});

test("before the service is ready a webhook is put off, and a ping is answered", async () => {
  const server = await startServer(app.config);
  const early = await fetch(`${server.url}${app.config.webhookPath}`, { method: "POST" });
  const ping = await fetch(`${server.url}/ping`);
  await server.close();
  expect([early.status, ping.status]).toEqual([503, 200]);
});

test("jobs hold numbers and shas, never texts", async () => {
  await pushKey("jobs", "main");
  const { rows } = await sql<{ name: string; data: Record<string, unknown> }>`
    select name, data from pgboss.job where name not like '%pgboss%'
  `.execute(app.service().db);
  const shapes = new Set(rows.map(({ name, data }) => `${name}: ${Object.keys(data).toSorted()}`));
  expect([...shapes].toSorted()).toEqual([
    "reconcile-installation: installationId",
    "reconcile-repository: installationId,repositoryId",
    "recover: ",
    "report-head: head,installationId,repositoryId",
    "scan-range: installationId,rangeId",
  ]);
  for (const value of rows.flatMap(({ data }) => Object.values(data))) {
    if (typeof value !== "number") expect(value).toMatch(/^[0-9a-f]{40}$/);
  }
});

describe("a delivery that comes again", () => {
  test("is one job and one range, also when both come at once", async () => {
    const before = await countStored();
    const payload = { ...push.payload, ref: "refs/heads/twice" };
    const delivery = { event: "push", body: JSON.stringify(payload), id: "twice-at-once" };
    const answers = await Promise.all([1, 2, 3].map(() => deliver(app, delivery)));
    answers.push(await deliver(app, delivery));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await app.idle();
    const after = await countStored();
    expect(after.deliveries - before.deliveries).toBe(1);
    expect(after.ranges - before.ranges).toBe(1);
    expect(after.scans - before.scans).toBe(1);
  });

  test("is queued again when its scan had failed for good", async () => {
    app.intercept = (request, response) => {
      if (!request.url?.includes("git-upload-pack")) return false;
      response.writeHead(404).end();
      return true;
    };
    const head = repo.commit({ files: { "scan.env": `T=${githubToken("dead scan")}\n` } });
    await repo.pushOnly("main");
    const delivery = lastDelivery("push");
    await failForGood("scan-range");
    app.intercept = () => false;
    expect(repo.check(head).conclusion).toBe("action_required");
    app.sandbox.redeliver(delivery.id);
    await app.idle();
    expect(repo.check(head).conclusion).toBe("failure");
  });

  test("is queued again when its report had failed for good", async () => {
    const head = repo.commit({ files: { "report.env": `T=${githubToken("dead report")}\n` } });
    app.sandbox.state.faults.push({
      // On a slow machine a check in progress may come first; the report is what has to fail.
      matches: ({ method, path, body }) =>
        method !== "GET" &&
        path.includes("/check-runs") &&
        JSON.stringify(body).includes('"completed"'),
      answer: { status: 422, body: { message: "no" } },
      times: 2,
    });
    await repo.pushOnly("main");
    const delivery = lastDelivery("push");
    await failForGood("report-head");
    expect(repo.checks(head).every(({ status }) => status !== "completed")).toBe(true);
    app.sandbox.redeliver(delivery.id);
    await app.idle();
    expect(repo.check(head).conclusion).toBe("failure");
  });
});

describe("an account that is not in REKEEPER_ACCOUNTS", () => {
  test("causes nothing, whatever it sends", async () => {
    const before = await countStored();
    const requestsBefore = listRequests().length;
    const owner = { id: 4711, login: "strangers", name: "strangers" };
    const repository = { ...(push.payload["repository"] as object), id: 4712, owner };
    const body = JSON.stringify({ ...push.payload, repository, installation: { id: 4713 } });
    expect(await deliver(app, { event: "push", body })).toMatchObject({ status: 200 });
    await app.idle();
    expect(await countStored()).toEqual(before);
    expect(listRequests()).toHaveLength(requestsBefore);
  });
});

describe("a person asks for another look", () => {
  test.each(["check_run", "check_suite"])(
    "by %s: the head is scanned again, and its one check is renewed",
    async (event) => {
      const head = await pushKey(`rerequest-${event}`, "main");
      const before = await countStored();
      const check = repo.check(head);
      // What GitHub does at the press of the button.
      check.suite.status = "queued";
      check.suite.conclusion = null;
      const { payload } = lastDelivery(event);
      const subject = payload[event] as { readonly head_sha: string };
      expect(subject.head_sha).toBe(head);
      app.sandbox.deliver(event, { ...payload, action: "rerequested" });
      await app.idle();
      expect((await countStored()).scans - before.scans).toBe(1);
      expect(repo.check(head)).toMatchObject({ status: "completed", conclusion: "failure" });
      expect(check.suite).toMatchObject({ status: "completed", conclusion: "failure" });
      expect(check.annotations).toHaveLength(1);
    },
  );

  test("by the check's own button: the head is scanned again; by another button: nothing", async () => {
    const head = await pushKey("button", "main");
    const [button, ...others] = repo.check(head).actions;
    expect(others).toEqual([]);
    expect(button).toMatchObject({ label: "Check again", identifier: "recheck" });
    const before = await countStored();
    const { payload } = lastDelivery("check_run");
    for (const identifier of ["unheard-of", "recheck"]) {
      const requested_action = { identifier };
      app.sandbox.deliver("check_run", {
        ...payload,
        action: "requested_action",
        requested_action,
      });
    }
    await app.idle();
    expect((await countStored()).scans - before.scans).toBe(1);
    expect(repo.check(head)).toMatchObject({ status: "completed", conclusion: "failure" });
    expect(repo.check(head).annotations).toHaveLength(1);
  });

  test.each(["check_run", "check_suite"])(
    "by %s of another App: nothing happens",
    async (event) => {
      const before = await countStored();
      const { payload } = lastDelivery(event);
      const subject = { ...(payload[event] as object), app: { id: 99_999, slug: "another" } };
      app.sandbox.deliver(event, { ...payload, action: "rerequested", [event]: subject });
      await app.idle();
      expect((await countStored()).scans).toBe(before.scans);
    },
  );
});

describe("an installation that ended", () => {
  test("has no call made in its name until it is back", async () => {
    const created = lastDelivery("installation").payload;
    app.sandbox.deliver("installation", { ...created, action: "suspend" });
    await app.idle();
    const quietHead = await expectSilence(() => repo.pushOnly("main"), "suspended.env");
    expect(repo.checks(quietHead)).toEqual([]);

    app.sandbox.deliver("installation", { ...created, action: "unsuspend" });
    await app.idle();
    const head = await pushKey("unsuspended", "main");
    expect(repo.check(head).conclusion).toBe("failure");

    app.sandbox.deliver("installation", { ...created, action: "deleted" });
    await app.idle();
    await expectSilence(() => repo.pushOnly("main"), "deleted.env");
    await expectSilence(async () => {
      app.sandbox.deliver("installation_repositories", {
        ...created,
        action: "added",
        repositories_added: [],
        repositories_removed: [],
      });
      app.sandbox.redeliver(lastDelivery("push").id);
      await repo.pushOnly("main");
    }, "later.env");
  });
});

/** Commits a key, lets `act` push it, and makes sure that GitHub heard nothing of the App. */
async function expectSilence(act: () => Promise<void>, path: string): Promise<string> {
  const head = repo.commit({ files: { [path]: `T=${githubToken(path)}\n` } });
  const requestsBefore = listRequests().length;
  let fetchCount = 0;
  app.intercept = ({ url }) => {
    if (url?.includes("git-upload-pack")) fetchCount += 1;
    return false;
  };
  await act();
  await app.idle();
  app.intercept = () => false;
  expect(fetchCount).toBe(0);
  expect(listRequests().slice(requestsBefore)).toEqual([]);
  return head;
}

/** What the App asked for, but for the deliveries that it looks up every five minutes. */
function listRequests(): readonly string[] {
  return app.sandbox.state.requests
    .map(({ method, path }) => `${method} ${path}`)
    .filter((request) => !request.startsWith("GET /app/hook/deliveries"));
}

async function pushKey(seed: string, branch: string): Promise<string> {
  const head = repo.commit({ files: { [`${seed}.env`]: `T=${githubToken(seed)}\n` } });
  await repo.push(branch);
  return head;
}

function lastDelivery(event: string): Delivery {
  const found = app.sandbox.state.deliveries.findLast((delivery) => delivery.event === event);
  if (found === undefined) throw new Error(`no ${event} was delivered`);
  return found;
}

/** Lets a job that failed once fail a last time, without the hours of attempts between. */
async function failForGood(name: string): Promise<void> {
  const { db, queue } = app.service();
  await waitFor(`a failed ${name}`, async () => {
    const { numAffectedRows } = await sql`
      update pgboss.job set retry_count = retry_limit - 1, start_after = now()
      where name = ${name} and state = 'retry'
    `.execute(db);
    return numAffectedRows === 1n;
  });
  await queue.idle();
}

interface Stored {
  readonly deliveries: number;
  readonly ranges: number;
  readonly scans: number;
  readonly reports: number;
}

async function countStored(): Promise<Stored> {
  const { rows } = await sql<Stored>`
    select (select count(*)::int from deliveries) as deliveries,
      (select count(*)::int from ranges) as ranges,
      (select count(*)::int from pgboss.job where name = 'scan-range') as scans,
      (select count(*)::int from pgboss.job where name like 'report-%') as reports
  `.execute(app.service().db);
  if (rows[0] === undefined) throw new Error("the database counts nothing");
  return rows[0];
}
