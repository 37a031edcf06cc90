import { afterAll, beforeAll, expect, it } from "vitest";
import { recordPolicy } from "../../../src/db/policies.ts";
import { recordRepository } from "../../../src/db/repositories.ts";
import { warnOfPublicRepositories } from "../../../src/job/warn-of-public.ts";
import { type EmptyDatabase, openEmptyDatabase } from "../../support/empty-database.ts";

const AT = new Date("2026-11-26T12:00:00Z");
let database: EmptyDatabase;
const warnings: object[] = [];

beforeAll(async () => {
  database = await openEmptyDatabase();
  for (const [id, account, name, isPrivate] of [
    [1, 10, ".github", true],
    [2, 10, "open", false],
    [3, 20, "lonely", false],
    [4, 20, "closed", true],
  ] as const) {
    await recordRepository(database.db, {
      id,
      installation_id: account,
      account_id: account,
      owner: `owner-${account}`,
      name,
      default_branch: "main",
      is_private: isPrivate,
      updated_at: AT,
    });
  }
});

afterAll(() => database.close());

async function listNamed(): Promise<readonly unknown[]> {
  warnings.length = 0;
  const warn = (fields: object): void => void warnings.push(fields);
  const log = { warn, info: () => undefined, error: () => undefined };
  await warnOfPublicRepositories({ db: database.db, log });
  return warnings;
}

it("names every public repository where no place is configured", async () => {
  expect(await listNamed()).toEqual([
    { repositories: ["owner-10/open", "owner-20/lonely"], count: 2 },
  ]);
});

it("leaves out those whose organisation names a place", async () => {
  const content = JSON.stringify({
    value: { issues: { repository: "owner-10/leaks" } },
    places: {},
  });
  const row = {
    repository_id: 1,
    source: "organisation",
    content,
    blob: "a",
    read_at: AT,
  } as const;
  await recordPolicy(database.db, row);
  expect(await listNamed()).toEqual([{ repositories: ["owner-20/lonely"], count: 1 }]);
});
