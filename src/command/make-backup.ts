/**
 * Makes a backup in the data folder, for the command line to take from there.
 *
 * The service may write nowhere else, as under a hardened unit, and its answers over the socket are
 * short; the command line runs as the same user and reads the same folder.
 */
import { randomUUID } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import type { Database } from "../db/open.ts";
import { type BackupHead, writeBackup } from "./backup-file.ts";

export interface BackupParts {
  readonly database: Database;
  readonly dataDir: string;
  readonly readPepper: () => string;
  readonly now: () => Date;
}

export interface MadeBackup {
  /** Where it is; whoever asked for it moves it away. */
  readonly path: string;
  readonly bytes: number;
  readonly holds: BackupHead["holds"];
}

const LEFTOVER = /^backup-[0-9a-f-]{36}\.part$/;
const LEFTOVER_MS_MIN = 3_600_000;

export async function makeBackup(parts: BackupParts): Promise<MadeBackup> {
  const { database, dataDir, now } = parts;
  await removeLeftovers(dataDir, now());
  const { pglite } = database;
  const holds = pglite === undefined ? "pepper" : "database";
  const dump = pglite === undefined ? new Blob([]) : await dumpOf(pglite);
  const path = join(resolve(dataDir), `backup-${randomUUID()}.part`);
  const head = { createdAt: now().toISOString(), holds, pepper: parts.readPepper() } as const;
  return { path, holds, bytes: await writeBackup(path, head, dump) };
}

/**
 * No query runs meanwhile, so the files are those of one moment; what was not committed by then is
 * rolled back when the dump is opened. The checkpoint keeps that short.
 */
async function dumpOf(pglite: PGlite): Promise<Blob> {
  await pglite.query("checkpoint");
  return await pglite.dumpDataDir("gzip");
}

/** Of command lines that were killed before they took theirs. */
async function removeLeftovers(dataDir: string, now: Date): Promise<void> {
  for (const name of (await readdir(dataDir)).filter((one) => LEFTOVER.test(one))) {
    const path = join(dataDir, name);
    const age = now.getTime() - (await stat(path)).mtimeMs;
    if (age > LEFTOVER_MS_MIN) await rm(path, { force: true });
  }
}
