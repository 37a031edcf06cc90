/** An embedded database without rows, in a folder that is removed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "../../src/db/open.ts";
import type { Db } from "../../src/db/schema.ts";
import { ROOT } from "./repository-files.ts";

export interface EmptyDatabase {
  readonly db: Db;
  readonly database: Database;
  readonly folder: string;
  close(): Promise<void>;
}

export async function openEmptyDatabase(): Promise<EmptyDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "rekeeper-database-"));
  const templatePath = join(ROOT, "build", "pglite-template.tar.gz");
  const database = await openDatabase({ dataDir: folder, templatePath });
  const { db, close } = database;
  return {
    db,
    database,
    folder,
    async close() {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
