/** An embedded database without rows, in a folder that is removed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../src/db/open.ts";
import type { Db } from "../../src/db/schema.ts";
import { ROOT } from "./repository-files.ts";

export interface EmptyDatabase {
  readonly db: Db;
  readonly folder: string;
  close(): Promise<void>;
}

export async function openEmptyDatabase(): Promise<EmptyDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "rekeeper-database-"));
  const templatePath = join(ROOT, "build", "pglite-template.tar.gz");
  const { db, close } = await openDatabase({ dataDir: folder, templatePath });
  return {
    db,
    folder,
    async close() {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
