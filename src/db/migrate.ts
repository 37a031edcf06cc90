/** Runs the SQL files of `migrations/` that a database has not seen yet, forward only. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Db } from "./schema.ts";

const MIGRATIONS_DIR = join(import.meta.dirname, "..", "..", "migrations");

/**
 * Brings the schema up to date in one transaction. Instances that start together wait for each
 * other on Kysely's advisory lock, and the second finds nothing to do. An instance of the release
 * before may go on meanwhile: migrations add, and take nothing away that it uses.
 *
 * @param through the last migration to run, for a schema as an earlier release left it.
 * @throws Error with the name of the migration that failed; the database is then as it was.
 */
export async function migrate(db: Db, through?: string): Promise<void> {
  // Asked before: the migrator keeps the only connection that the embedded database has.
  const migrations = { ...(await readLater(db)), ...readMigrations() };
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await (through === undefined
    ? migrator.migrateToLatest()
    : migrator.migrateTo(through));
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === "Error")?.migrationName;
  throw new Error(`migration ${failed ?? "(unknown)"} failed; the database is unchanged`, {
    cause: error,
  });
}

/** Names of all migrations, in their order. */
export function listMigrations(): readonly string[] {
  return readdirSync(MIGRATIONS_DIR)
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.slice(0, -".sql".length))
    .sort();
}

/**
 * Those that a later release has run here. They only added, so this one works beside it, as in a
 * rolling upgrade or after going back; the migrator would refuse them as missing.
 */
async function readLater(db: Db): Promise<Record<string, Migration>> {
  const { rows: found } = await sql<{ is: boolean }>`
    select to_regclass('kysely_migration') is not null as is
  `.execute(db);
  if (found[0]?.is !== true) return {};
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const last = listMigrations().at(-1) ?? "";
  const later = rows.filter(({ name }) => name > last);
  return Object.fromEntries(later.map(({ name }) => [name, { up: async () => undefined }]));
}

function readMigrations(): Record<string, Migration> {
  const migrations: Record<string, Migration> = {};
  for (const name of listMigrations()) {
    const statements = statementsOf(readFileSync(join(MIGRATIONS_DIR, `${name}.sql`), "utf8"));
    migrations[name] = {
      async up(db: Kysely<unknown>) {
        for (const statement of statements) await sql.raw(statement).execute(db);
      },
    };
  }
  return migrations;
}

/** The embedded database takes one statement per query, so a file is cut at its `;` line ends. */
function statementsOf(text: string): readonly string[] {
  return text
    .replace(/^--.*$/gm, "")
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}
