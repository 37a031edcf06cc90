/** Brings back what a backup holds, into a data folder that has nothing in it. */
import { mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config/parse-settings.ts";
import { recordPepper } from "../db/meta.ts";
import { openDatabase } from "../db/open.ts";
import { type Backup, readBackup } from "./backup-file.ts";
import { CommandError } from "./command-error.ts";

export interface RestoredBackup {
  readonly createdAt: string;
  /** Where the pepper is that has to be set as REKEEPER_PEPPER; null: nothing is left to do. */
  readonly pepperPath: string | null;
}

type RestoreConfig = Pick<Config, "dataDir" | "databaseUrl" | "pepper">;

/** A pepper of this form may stay in the data folder; another was given by the operator. */
const MADE_PEPPER = /^[0-9a-f]{64}$/;

/**
 * @throws CommandError when the backup is damaged, or the place it would go to is in use.
 * @throws SettingsError when the pepper is not the one of the database.
 */
export async function restoreBackup(config: RestoreConfig, path: string): Promise<RestoredBackup> {
  const backup = await readBackup(path);
  checkPepper(config, backup);
  if (backup.head.holds === "pepper") return await restorePepper(config, backup);
  if (config.databaseUrl !== undefined) {
    throw new CommandError(
      "This is a backup of the embedded database: unset DATABASE_URL, restore it, then move it with `rekeeper migrate --to`.",
    );
  }
  await checkEmpty(config.dataDir);
  try {
    return await restoreDatabase(config, backup);
  } catch (cause) {
    // The folder was empty before: half a database must not be taken for one.
    await rm(config.dataDir, { recursive: true, force: true });
    throw cause;
  }
}

function checkPepper({ pepper }: RestoreConfig, { head }: Backup): void {
  if (pepper === undefined || pepper === head.pepper) return;
  throw new CommandError(
    "REKEEPER_PEPPER is not the pepper of this backup: set it to that one, or leave it unset to take the backup's.",
  );
}

/** The rest is PostgreSQL's own to restore; what can be told here is whether the two belong together. */
async function restorePepper(config: RestoreConfig, { head }: Backup): Promise<RestoredBackup> {
  const { databaseUrl, dataDir } = config;
  if (databaseUrl === undefined) {
    throw new CommandError(
      "This backup belongs to a database in PostgreSQL: restore that with pg_restore, set DATABASE_URL and REKEEPER_PEPPER, then repeat this to check that they fit.",
    );
  }
  const { db, close } = await openDatabase({ databaseUrl, dataDir });
  try {
    await recordPepper(db, head.pepper);
  } finally {
    await close();
  }
  return { createdAt: head.createdAt, pepperPath: null };
}

async function checkEmpty(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if ((await readdir(dataDir)).length === 0) return;
  throw new CommandError(
    `${dataDir} is not empty: move it away, or set REKEEPER_DATA_DIR to a new folder.`,
  );
}

async function restoreDatabase(
  { dataDir, pepper }: RestoreConfig,
  { head, dump }: Backup,
): Promise<RestoredBackup> {
  const dumpPath = join(dataDir, "restore.tar.gz");
  await writeFile(dumpPath, dump.stream(), { mode: 0o600, flag: "wx" });
  const { db, close } = await openDatabase({ dataDir, templatePath: dumpPath });
  try {
    await recordPepper(db, head.pepper);
  } finally {
    await close();
  }
  await rm(dumpPath);
  const isOurs = MADE_PEPPER.test(head.pepper);
  const pepperPath = join(dataDir, isOurs ? "pepper" : "pepper.restored");
  if (pepper === undefined) await keepSecret(pepperPath, head.pepper);
  return {
    createdAt: head.createdAt,
    pepperPath: pepper === undefined && !isOurs ? pepperPath : null,
  };
}

async function keepSecret(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}
