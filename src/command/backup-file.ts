/**
 * The file of a backup: one line of JSON, the dump of the database, and a line with the SHA-256 of
 * all before it, so that half a file or a changed one is never restored.
 */
import { createHash } from "node:crypto";
import { openAsBlob } from "node:fs";
import { open } from "node:fs/promises";
import { CommandError } from "./command-error.ts";

export interface BackupHead {
  /** ISO 8601. */
  readonly createdAt: string;
  /** A dump of the embedded database, or nothing but the pepper where PostgreSQL has the rest. */
  readonly holds: "database" | "pepper";
  readonly pepper: string;
}

export interface Backup {
  readonly head: BackupHead;
  /** The dump as PGlite makes it, a gzipped archive; empty where the head says so. */
  readonly dump: Blob;
}

const FORMAT = "rekeeper-backup";
const VERSION = 1;
const HEAD_BYTES_MAX = 16_384;
/** A line feed, 64 hex digits, a line feed. */
const TRAILER_BYTES = 66;

/**
 * Writes a new file that nobody but its owner can read, and flushes it to the disk.
 *
 * @returns its size in bytes.
 * @throws Error with the code EEXIST when there is such a file.
 */
export async function writeBackup(path: string, head: BackupHead, dump: Blob): Promise<number> {
  const file = await open(path, "wx", 0o600);
  const hash = createHash("sha256");
  const append = async (bytes: Uint8Array): Promise<void> => {
    hash.update(bytes);
    await file.appendFile(bytes);
  };
  try {
    await append(Buffer.from(`${JSON.stringify({ format: FORMAT, version: VERSION, ...head })}\n`));
    for await (const chunk of dump.stream()) await append(chunk);
    await file.appendFile(`\n${hash.digest("hex")}\n`);
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** @throws CommandError for anything else than a whole backup that this version understands. */
export async function readBackup(path: string): Promise<Backup> {
  const blob = await openAsBlob(path).catch((cause: unknown) => {
    const text = `${path} cannot be read: check the path and its permissions.`;
    throw new CommandError(text, { cause });
  });
  const start = Buffer.from(await blob.slice(0, HEAD_BYTES_MAX).arrayBuffer());
  const headEnd = start.indexOf("\n");
  const head = headEnd < 0 ? undefined : findHead(start.toString("utf8", 0, headEnd));
  if (head === undefined) {
    throw new CommandError(`${path} is no backup that this version of Rekeeper understands.`);
  }
  if (!(await isWhole(blob))) {
    throw new CommandError(`${path} is damaged or cut off: take another backup.`);
  }
  return { head, dump: blob.slice(headEnd + 1, blob.size - TRAILER_BYTES) };
}

function findHead(line: string): BackupHead | undefined {
  try {
    const { format, version, createdAt, holds, pepper } = JSON.parse(line);
    const isKnown = format === FORMAT && version === VERSION;
    if (!isKnown || typeof pepper !== "string") return undefined;
    return { createdAt: String(createdAt), holds: holds === "pepper" ? holds : "database", pepper };
  } catch {
    return undefined;
  }
}

async function isWhole(blob: Blob): Promise<boolean> {
  if (blob.size < TRAILER_BYTES) return false;
  const end = blob.size - TRAILER_BYTES;
  const hash = createHash("sha256");
  for await (const chunk of blob.slice(0, end).stream()) hash.update(chunk);
  return (await blob.slice(end).text()) === `\n${hash.digest("hex")}\n`;
}
