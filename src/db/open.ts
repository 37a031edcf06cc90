/** Opens the one database, embedded or PostgreSQL, brings it up to date, and checks the pepper. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect, PostgresDialect } from "kysely";
import pg from "pg";
import { SettingsError } from "../config/parse-settings.ts";
import { lockFolder } from "../lib/folder-lock.ts";
import { migrate } from "./migrate.ts";
import type { Db, Tables } from "./schema.ts";

export interface Database {
  readonly db: Db;
  /** The embedded database, for what needs the engine itself; absent with PostgreSQL. */
  readonly pglite?: PGlite;
  readonly databaseUrl?: string;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly databaseUrl?: string;
  readonly dataDir: string;
  /** A gzipped dump of a fresh embedded database: creating from it takes a fifth of the time. */
  readonly templatePath?: string;
}

const INT8_OID = 20;
const CONNECTIONS_MAX = 10;

/**
 * Opens the database and runs the migrations that are missing; safe while another instance does
 * the same on one PostgreSQL.
 *
 * @throws FolderLockedError when another process has the data folder.
 * @throws SettingsError when PostgreSQL cannot be reached or is too old.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.databaseUrl === undefined
    ? await openEmbedded(options)
    : await openPostgres(options.databaseUrl);
}

async function openEmbedded({ dataDir, templatePath }: DatabaseOptions): Promise<Database> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockFolder(join(dataDir, "database.lock"));
  try {
    const folder = join(dataDir, "database");
    const isNew = !existsSync(folder);
    const pglite = await PGlite.create({
      dataDir: folder,
      parsers: { [INT8_OID]: Number },
      ...(isNew && templateOf(templatePath)),
    });
    const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
    await migrate(db);
    const close = async () => {
      await db.destroy();
      lock.release();
    };
    return { db, pglite, close };
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

async function openPostgres(databaseUrl: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: CONNECTIONS_MAX,
    types: { getTypeParser: typeParserOf },
  });
  // A connection that the server closes is replaced by the pool, and the work in it fails with its
  // next statement. Without a listener the event would end the process: the pool's own hears of
  // connections that nobody has, those of work between two statements have one each.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await pool.query("select 1");
  } catch (cause) {
    await db.destroy();
    throw new SettingsError([
      `DATABASE_URL: PostgreSQL does not answer (${codeOf(cause)}); check address, user, password and that it runs.`,
    ]);
  }
  await migrate(db);
  return { db, databaseUrl, close: () => db.destroy() };
}

function templateOf(path: string | undefined): { readonly loadDataDir?: Blob } {
  if (path === undefined || !existsSync(path)) return {};
  return { loadDataDir: new Blob([readFileSync(path)], { type: "application/gzip" }) };
}

/** Counts and ids are safe integers here, while pg gives 64-bit integers as strings. */
const typeParserOf: typeof pg.types.getTypeParser = ((oid: number, format: "text") =>
  oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser;

function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown }).code;
  return typeof code === "string" ? code : "no answer";
}
