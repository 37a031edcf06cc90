/** That effects on the database are told apart, and cut where they should be. */

import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresUnderTest, startPostgres } from "../support/postgres.ts";
import { type Judgement, startDatabaseEdge } from "./database-edge.ts";

let postgres: PostgresUnderTest;
let address: URL;

beforeAll(async () => {
  postgres = await startPostgres();
  address = new URL(await postgres.emptyDatabase());
  await query(address.href, "create table notes (text text)");
});

afterAll(async () => {
  await postgres.stop();
});

async function query(connectionString: string, ...statements: string[]): Promise<number> {
  const client = new pg.Client({ connectionString });
  client.on("error", () => undefined);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
    const { rowCount } = await client.query("select * from notes");
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}

/** Runs a transaction through an edge that cuts at its commit. */
async function cutAt(moment: Judgement["moment"]): Promise<readonly (readonly string[])[]> {
  const effects: (readonly string[])[] = [];
  const edge = await startDatabaseEdge({
    socketPath: `${address.searchParams.get("host")}/.s.PGSQL.5432`,
    judge(statements) {
      effects.push(statements);
      const isCut = statements.some((statement) => statement.startsWith("insert"));
      return { moment: isCut ? moment : "never", cut: () => void edge.close() };
    },
  });
  const through = `postgres://postgres@127.0.0.1:${edge.port}${address.pathname}`;
  const done = query(through, "begin", "insert into notes values ('x')", "commit");
  if (moment === "never") await done;
  else await expect(done).rejects.toThrow();
  if (moment === "never") await edge.close();
  return effects;
}

test("a transaction takes effect at its commit, a statement alone at once", async () => {
  expect(await cutAt("never")).toEqual([
    ["insert into notes values ('x')"],
    ["select * from notes"],
  ]);
  expect(await query(address.href)).toBe(1);
});

test("cut before, a commit has not happened", async () => {
  await cutAt("before");
  expect(await query(address.href)).toBe(1);
});

test("cut after, a commit has happened, and nobody heard of it", async () => {
  await cutAt("after");
  expect(await query(address.href)).toBe(2);
});
