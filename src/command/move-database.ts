/** Moves everything from the embedded database to PostgreSQL; what was there stays as it is. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/parse-settings.ts";
import { readPepper } from "../config/pepper.ts";
import { copyTable, countRows, type TableCopy } from "../db/copy-tables.ts";
import { recordPepper } from "../db/meta.ts";
import { type Database, openDatabase } from "../db/open.ts";
import type { Tables } from "../db/schema.ts";
import { lockFolder } from "../lib/folder-lock.ts";
import { JOB_POLICIES } from "../queue/jobs.ts";
import { openQueue } from "../queue/open.ts";
import { CommandError } from "./command-error.ts";

export interface MovedTable {
  readonly table: string;
  readonly rows: number;
}

/** Each after the tables it refers to. Leases are left out: they end within seconds. */
const TABLES: readonly Exclude<keyof Tables, "locks">[] = [
  "meta",
  "installations",
  "repositories",
  "people",
  "deliveries",
  "refs",
  "blob_hits",
  "incidents",
  "occurrences",
  "pulls",
  "ranges",
  "range_findings",
  "range_gaps",
  "intents",
  "policies",
  "own_rules",
  "spending",
];

const COPIES: readonly TableCopy[] = [
  ...TABLES.map((table) => ({ table: `public.${table}` })),
  // Of the queue's own tables only its jobs: the rest is made anew by each start.
  { table: "pgboss.job", names: Object.keys(JOB_POLICIES) },
];

const STOP_TIMEOUT_MS = 5_000;

/**
 * @param databaseUrl of an empty database in PostgreSQL.
 * @returns what was moved, counted on the other side.
 * @throws CommandError when there is nothing to move, or something where it would go to.
 * @throws FolderLockedError while a service or another command uses the data folder.
 * @throws SettingsError when PostgreSQL cannot be reached.
 */
export async function moveDatabase(
  config: Pick<Config, "dataDir" | "databaseUrl" | "pepper">,
  databaseUrl: string,
): Promise<readonly MovedTable[]> {
  const { dataDir } = config;
  if (config.databaseUrl !== undefined) {
    throw new CommandError(
      "DATABASE_URL is set, so the service uses PostgreSQL already: unset it to move what the data folder holds.",
    );
  }
  if (!existsSync(join(dataDir, "database"))) {
    throw new CommandError(`There is no database in ${dataDir}: there is nothing to move.`);
  }
  const lock = lockFolder(join(dataDir, "service.lock"));
  try {
    return await moveLocked(config, databaseUrl);
  } finally {
    lock.release();
  }
}

async function moveLocked(
  { dataDir, pepper }: Pick<Config, "dataDir" | "pepper">,
  databaseUrl: string,
): Promise<readonly MovedTable[]> {
  const from = await openDatabase({ dataDir });
  try {
    await recordPepper(from.db, readPepper(pepper, dataDir));
    const to = await openDatabase({ dataDir, databaseUrl });
    try {
      for (const database of [from, to]) await updateQueue(database);
      await checkEmpty(to);
      return await copyAll(from, to);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** Starting it brings the queue's tables of both sides to the same version. */
async function updateQueue(database: Database): Promise<void> {
  const queue = await openQueue(database, {
    onError() {},
    onPostponed() {},
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  await queue.stop();
}

async function checkEmpty({ db }: Database): Promise<void> {
  for (const copy of COPIES) {
    if ((await countRows(db, copy)) === 0) continue;
    throw new CommandError(
      `The database to move to has rows in ${copy.table} already: give an empty one.`,
    );
  }
}

/** All or nothing: until it ends, nobody sees any of it on the other side. */
async function copyAll(from: Database, to: Database): Promise<readonly MovedTable[]> {
  return await to.db.transaction().execute(async (trx) => {
    const moved: MovedTable[] = [];
    for (const copy of COPIES) {
      moved.push({ table: copy.table, rows: await copyTable(from.db, trx, copy) });
    }
    return moved;
  });
}
