/** Runs the SQL files of `migrations/` that a database has not seen yet, forward only. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Db } from "./schema.ts";

const MIGRATIONS_DIR = join(import.meta.dirname, "..", "..", "migrations");

/**
 * Brings the schema up to date in one transaction. Instances that start together wait for each
 * other on Kysely's advisory lock, and the second finds nothing to do.
 *
 * @throws Error with the name of the migration that failed; the database is then as it was.
 */
export async function migrate(db: Db): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: readMigrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === "Error")?.migrationName;
  throw new Error(`migration ${failed ?? "(unknown)"} failed; the database is unchanged`, {
    cause: error,
  });
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const migrations: Record<string, Migration> = {};
  for (const file of readdirSync(MIGRATIONS_DIR).sort()) {
    if (!file.endsWith(".sql")) continue;
    const statements = statementsOf(readFileSync(join(MIGRATIONS_DIR, file), "utf8"));
    migrations[file.slice(0, -".sql".length)] = {
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
