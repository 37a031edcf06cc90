import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type SpendingKind,
  type SpendingLimits,
  spendingLimitsOf,
  takeSpending,
} from "../../../src/db/spending.ts";
import { seededRandom } from "../../../src/lib/seeded-random.ts";
import { asInstallationId } from "../../../src/model/ids.ts";
import { type EmptyDatabase, openEmptyDatabase } from "../../support/empty-database.ts";

const START_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const ONE = asInstallationId(1);

let database: EmptyDatabase;

beforeAll(async () => {
  database = await openEmptyDatabase();
});

afterAll(async () => {
  await database.close();
});

beforeEach(async () => {
  await database.db.deleteFrom("spending").execute();
});

it("takes an hour's limit from a minute's, in GitHub's own proportion", () => {
  expect(spendingLimitsOf({ contentPerMinuteMax: 60, writesPerMinuteMax: 150 })).toEqual({
    contentPerMinuteMax: 60,
    contentPerHourMax: 450,
    writesPerMinuteMax: 150,
  });
});

it("never lets more pass within any minute or hour, however requests come", async () => {
  const limits = { contentPerMinuteMax: 6, contentPerHourMax: 20, writesPerMinuteMax: 9 };
  const random = seededRandom("spending");
  const content: number[] = [];
  const writes: number[] = [];
  let atMs = START_MS;
  for (let count = 0; count < 400; count += 1) {
    atMs += Math.floor(random() ** 4 * 60_000);
    const kind = random() < 0.5 ? "content" : "write";
    if ((await take(limits, kind, atMs)) > 0) continue;
    writes.push(atMs);
    if (kind === "content") content.push(atMs);
  }
  expect(content.length).toBeGreaterThan(20);
  expect(mostWithin(content, MINUTE_MS)).toBe(6);
  expect(mostWithin(content, HOUR_MS)).toBe(20);
  expect(mostWithin(writes, MINUTE_MS)).toBe(9);
});

it("lets as many pass as there is room for, of requests that come at once", async () => {
  const limits = { contentPerMinuteMax: 5, contentPerHourMax: 37, writesPerMinuteMax: 0 };
  const requests = Array.from({ length: 12 }, () => take(limits, "content", START_MS));
  const waits = await Promise.all(requests);
  expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(5);
});

describe("those who have to wait", () => {
  const limits = { contentPerMinuteMax: 2, contentPerHourMax: 60, writesPerMinuteMax: 0 };

  it("are told one after the other, at the pace that can be kept up", async () => {
    const waits: number[] = [];
    for (let count = 0; count < 5; count += 1) waits.push(await take(limits, "content", START_MS));
    expect(waits).toEqual([0, 0, MINUTE_MS, 2 * MINUTE_MS, 3 * MINUTE_MS]);
  });

  it("find room at the time they were told", async () => {
    await take(limits, "content", START_MS);
    await take(limits, "content", START_MS + 30_000);
    const waitMs = await take(limits, "content", START_MS + 40_000);
    expect(waitMs).toBe(20_000);
    expect(await take(limits, "content", START_MS + 40_000 + waitMs)).toBe(0);
  });

  it("wait for an hour at most", async () => {
    const waits: number[] = [];
    for (let count = 0; count < 70; count += 1) waits.push(await take(limits, "content", START_MS));
    expect(Math.max(...waits)).toBe(HOUR_MS);
  });

  it("do not keep others of another installation waiting", async () => {
    for (let count = 0; count < 3; count += 1) await take(limits, "content", START_MS);
    expect(await take(limits, "content", START_MS, 2)).toBe(0);
  });
});

it("counts no other write as content", async () => {
  const limits = { contentPerMinuteMax: 1, contentPerHourMax: 7, writesPerMinuteMax: 0 };
  const waits = [];
  for (let count = 0; count < 9; count += 1) waits.push(await take(limits, "write", START_MS));
  expect(waits).toEqual(Array(9).fill(0));
  expect(await take(limits, "content", START_MS)).toBe(0);
});

it("has no limit where both are 0, and then asks the database nothing", async () => {
  const limits = { contentPerMinuteMax: 0, contentPerHourMax: 0, writesPerMinuteMax: 0 };
  for (let count = 0; count < 5; count += 1) {
    expect(await take(limits, "content", START_MS)).toBe(0);
  }
  expect(await database.db.selectFrom("spending").selectAll().execute()).toEqual([]);
});

it("does not hold against anybody what a clock wrote that was hours ahead", async () => {
  const limits = { contentPerMinuteMax: 1, contentPerHourMax: 7, writesPerMinuteMax: 1 };
  await take(limits, "content", START_MS + 5 * HOUR_MS);
  expect(await take(limits, "content", START_MS)).toBe(0);
});

async function take(
  limits: SpendingLimits,
  kind: SpendingKind,
  atMs: number,
  installation = 1,
): Promise<number> {
  const installationId = installation === 1 ? ONE : asInstallationId(installation);
  return await takeSpending(database.db, limits, { installationId, kind, now: new Date(atMs) });
}

/** The most times within any window that is open at one end, as `now - window` to `now` is. */
function mostWithin(times: readonly number[], windowMs: number): number {
  const counts = times.map(
    (end) => times.filter((time) => time > end - windowMs && time <= end).length,
  );
  return Math.max(...counts);
}
