import { afterAll, beforeAll, expect, it } from "vitest";
import { recordIncident } from "../../../src/db/incidents.ts";
import {
  type AccountId,
  asFingerprint,
  asRuleId,
  type RepositoryId,
} from "../../../src/model/ids.ts";
import type { Lane } from "../../../src/model/rule.ts";
import { type EmptyDatabase, openEmptyDatabase } from "../../support/empty-database.ts";

let database: EmptyDatabase;
let keyCount = 0;

beforeAll(async () => {
  database = await openEmptyDatabase();
});
afterAll(() => database.close());

/** Of a key of its own. */
async function ruleAfter(sightings: readonly (readonly [string, Lane])[]) {
  let id = 0;
  keyCount += 1;
  for (const [rule, lane] of sightings) {
    id = await recordIncident(database.db, {
      accountId: 1 as AccountId,
      repositoryId: 2 as RepositoryId,
      fingerprint: asFingerprint(String(keyCount).padStart(64, "0")),
      rule: asRuleId(rule),
      masked: "…",
      lane,
      severity: "high",
      seenAt: new Date(0),
    });
  }
  const row = await database.db
    .selectFrom("incidents")
    .select("rule_id")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return row.rule_id;
}

it.each<[string, readonly (readonly [string, Lane])[], string]>([
  [
    "a provider's rule over an assignment",
    [
      ["generic-key", "generic"],
      ["toy-key", "provider"],
    ],
    "toy-key",
  ],
  [
    "a provider's rule over an own one",
    [
      ["own-key", "provider"],
      ["toy-key", "provider"],
    ],
    "toy-key",
  ],
  [
    "no own rule over a provider's",
    [
      ["toy-key", "provider"],
      ["own-key", "provider"],
    ],
    "toy-key",
  ],
  [
    "an own rule that gates over an assignment",
    [
      ["generic-key", "generic"],
      ["own-key", "provider"],
    ],
    "own-key",
  ],
  [
    "the first of two own ones",
    [
      ["own-a", "provider"],
      ["own-b", "provider"],
    ],
    "own-a",
  ],
])("keeps of a key %s", async (_, sightings, rule) => {
  expect(await ruleAfter(sightings)).toBe(rule);
});
