import type { Insertable } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LeaksQuery, listLeaksPage } from "../../../src/command/list-leaks.ts";
import type { Db, Tables } from "../../../src/db/schema.ts";
import { type EmptyDatabase, openEmptyDatabase } from "../../support/empty-database.ts";

const NOW = new Date("2026-11-26T12:00:00Z");
const COMMIT = "c".repeat(40);
const SHOP = 1;
const WEBSITE = 2;
const PRIVATE_PLACE = 3;
const BUSY = 4;
const PULL = 5;
const FIRST_PAGE: LeaksQuery = { repository: null, state: "open", before: null, limit: 100 };

let database: EmptyDatabase;

/** In the order in which they were first seen. */
const INCIDENTS: readonly Partial<Insertable<Tables["incidents"]>>[] = [
  { fingerprint: "aaaaaaaaaa1", first_seen_at: new Date("2026-11-20T13:00:00Z") },
  { state: "false-positive" },
  { verdict: "inactive" },
  { repository_id: WEBSITE, state: "rotating" },
  { lane: "generic" },
  { repository_id: BUSY },
  { repository_id: BUSY },
  { repository_id: WEBSITE },
];

beforeAll(async () => {
  database = await openEmptyDatabase();
  await fill(database.db);
});

afterAll(async () => {
  await database.close();
});

it("lists what is neither triaged away nor proven dead, newest first", async () => {
  const page = await list();
  expect(page.leaks.map((leak) => leak.keyId)).toEqual(keysOf(7, 6, 5, 4, 3, 0));
  expect(page).toMatchObject({ total: 6, next: null });
});

it("lists everything when it is asked to", async () => {
  const page = await list({ state: "all" });
  expect(page.leaks).toHaveLength(INCIDENTS.length);
  expect(page.leaks.find((leak) => leak.state === "false-positive")?.noIssueReason).toBe("settled");
});

it("gives page after page without a gap or a repeat", async () => {
  const keys: string[] = [];
  let before: number | null = null;
  do {
    const page = await list({ before, limit: 2 });
    expect(page.total).toBe(6);
    keys.push(...page.leaks.map((leak) => leak.keyId));
    before = page.next;
  } while (before !== null && keys.length < 20);
  expect(keys).toEqual(keysOf(7, 6, 5, 4, 3, 0));
});

it("keeps to one repository, whatever the letter case", async () => {
  const page = await list({ repository: "Acme/WebSite" });
  expect(page.leaks.map((leak) => leak.repository)).toEqual(["acme/website", "acme/website"]);
  expect(page.total).toBe(2);
});

it("refuses a repository that it has never seen, since an empty list would look like good news", async () => {
  await expect(list({ repository: "acme/shpo" })).rejects.toThrow(
    /no repository called acme\/shpo/,
  );
});

it("tells the first place, the age in whole days, and the issue", async () => {
  expect((await list()).leaks.at(-1)).toEqual({
    keyId: "aaaaaaaaaa",
    masked: "toy_…wxyz",
    rule: "toy-key",
    severity: "high",
    lane: "provider",
    repository: "acme/shop",
    place: {
      kind: "file",
      label: "src/a.ts:7",
      url: `https://github.example/acme/shop/blob/${COMMIT}/src/a.ts?plain=1#L7`,
      path: "src/a.ts",
      inside: null,
      line: 7,
      commit: COMMIT,
    },
    firstSeenAt: "2026-11-20T13:00:00.000Z",
    ageDays: 5,
    state: "open",
    verdict: "unknown",
    issueUrl: "https://github.example/acme/shop/issues/12",
    noIssueReason: null,
  });
});

it("links the issue of a public repository's key where it is kept", async () => {
  const leak = (await list({ repository: "acme/website" })).leaks.find(isRotating);
  expect(leak?.issueUrl).toBe("https://github.example/acme/private-place/issues/3");
});

it("says why a key has no issue", async () => {
  const { leaks } = await list();
  const reasons = Object.fromEntries(leaks.map((leak) => [leak.keyId, leak.noIssueReason]));
  const [, , , , generic = "", fork = "", busy = "", open = ""] = keysOf(0, 1, 2, 3, 4, 5, 6, 7);
  expect(reasons).toMatchObject({
    [generic]: "generic-lane",
    [fork]: "fork",
    [busy]: "over-limit",
    [open]: "public-repository",
  });
});

function list(query: Partial<LeaksQuery> = {}) {
  const parts = {
    db: database.db,
    webUrl: "https://github.example",
    issuesMax: 0,
    now: () => NOW,
  };
  return listLeaksPage(parts, { ...FIRST_PAGE, ...query });
}

function isRotating(leak: { readonly state: string }): boolean {
  return leak.state === "rotating";
}

function keysOf(...positions: readonly number[]): string[] {
  return positions.map((position) => fingerprintOf(position).slice(0, 10));
}

function fingerprintOf(position: number): string {
  return INCIDENTS[position]?.fingerprint ?? `${String(position).padStart(10, "f")}0`;
}

async function fill(db: Db): Promise<void> {
  await addRepositories(db);
  const ids: number[] = [];
  for (const [position, facts] of INCIDENTS.entries()) {
    ids.push(await addIncident(db, { fingerprint: fingerprintOf(position), ...facts }));
  }
  const [shop = 0, , , rotating = 0, , fork = 0, busy = 0, open = 0] = ids;
  await addIssue(db, shop, { number: 12, repositoryId: SHOP, placeId: SHOP });
  await addIssue(db, rotating, { number: 3, repositoryId: WEBSITE, placeId: PRIVATE_PLACE });
  await addRange(db, "push", [busy, open]);
  await addRange(db, "pull", [fork]);
  await db
    .insertInto("pulls")
    .values({
      repository_id: BUSY,
      number: PULL,
      head: COMMIT,
      base_branch: "main",
      is_open: true,
      is_fork: true,
      author_id: null,
      updated_at: NOW,
    })
    .execute();
}

async function addRepositories(db: Db): Promise<void> {
  const names = { shop: SHOP, website: WEBSITE, "private-place": PRIVATE_PLACE, busy: BUSY };
  const rows = Object.entries(names).map(([name, id]) => ({
    id,
    installation_id: 1,
    account_id: 1,
    owner: "acme",
    name,
    default_branch: "main",
    is_private: id !== WEBSITE,
    updated_at: NOW,
  }));
  await db.insertInto("repositories").values(rows).execute();
}

async function addIncident(
  db: Db,
  facts: Partial<Insertable<Tables["incidents"]>> & { readonly fingerprint: string },
): Promise<number> {
  const { id } = await db
    .insertInto("incidents")
    .values({
      account_id: 1,
      repository_id: SHOP,
      rule_id: "toy-key",
      masked: "toy_…wxyz",
      lane: "provider",
      severity: "high",
      first_seen_at: NOW,
      last_seen_at: NOW,
      ...facts,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  for (const [line, day] of [
    [9, "2026-11-19"],
    [7, "2026-11-18"],
  ] as const) {
    await db
      .insertInto("occurrences")
      .values({
        incident_id: id,
        kind: "file",
        commit_id: COMMIT,
        path: "src/a.ts",
        subject_number: null,
        subject_id: null,
        line,
        column_start: 1,
        line_end: line,
        column_end: 20,
        author_name: "Ada",
        written_at: new Date(day),
        person_id: null,
        found_at: NOW,
      })
      .execute();
  }
  return id;
}

async function addIssue(
  db: Db,
  incidentId: number,
  issue: { readonly number: number; readonly repositoryId: number; readonly placeId: number },
): Promise<void> {
  await db
    .insertInto("intents")
    .values({
      kind: "issue",
      repository_id: issue.repositoryId,
      target: String(incidentId),
      remote_id: issue.number,
      place_id: issue.placeId,
      content_hash: null,
      created_at: NOW,
    })
    .execute();
}

async function addRange(
  db: Db,
  source: "push" | "pull",
  incidentIds: readonly number[],
): Promise<void> {
  const { id } = await db
    .insertInto("ranges")
    .values({
      repository_id: BUSY,
      head: COMMIT,
      source,
      source_id: PULL,
      base: null,
      pusher_id: null,
      state: "scanned",
      rules_hash: null,
      updated_at: NOW,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const rows = incidentIds.map((incidentId) => ({
    range_id: id,
    incident_id: incidentId,
    is_introduced: true,
    is_in_head: true,
  }));
  await db.insertInto("range_findings").values(rows).execute();
}
