/**
 * Where the local socket of a data folder is.
 *
 * It belongs beside the data, where the folder's permissions guard it. The address of a socket has
 * room for little more than 100 bytes (unix(7): 108 on Linux, 104 on macOS), so for a data folder
 * with a long path it goes into a folder of its own in the system's folder for temporary files, and
 * a pointer beside the data says where: the two programs may not agree on what that folder is.
 */
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const SOCKET_NAME = "control.sock";
const POINTER_NAME = "control.sock.path";
const PATH_BYTES_MAX = 100;
const POINTER_BYTES_MAX = 4_096;
const HASH_DIGITS = 16;
const OTHERS_MODE = 0o077;

/**
 * Where the service listens; makes the folder and the pointer that a long path needs.
 *
 * @throws Error when the folder for temporary files has no safe place for it.
 */
export function prepareSocketPath(dataDir: string): string {
  const beside = join(resolve(dataDir), SOCKET_NAME);
  if (isShort(beside)) return beside;
  const name = createHash("sha256").update(resolve(dataDir)).digest("hex").slice(0, HASH_DIGITS);
  const path = join(tmpdir(), `rekeeper-${name}`, SOCKET_NAME);
  if (!isShort(path)) throw new Error(`${path} is too long for a socket: set TMPDIR to /tmp`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!isPrivate(dirname(path), process.getuid?.())) {
    throw new Error(`${dirname(path)} is open to other users: remove it`);
  }
  writeFileSync(join(dataDir, POINTER_NAME), `${path}\n`, { mode: 0o600 });
  return path;
}

/** Where to ask; undefined where no service has listened so far. */
export function findSocketPath(dataDir: string): string | undefined {
  const beside = join(resolve(dataDir), SOCKET_NAME);
  if (isShort(beside)) return beside;
  const pointer = join(dataDir, POINTER_NAME);
  const writer = lstatSync(pointer, { throwIfNoEntry: false });
  if (writer === undefined || writer.size > POINTER_BYTES_MAX) return undefined;
  const path = readFileSync(pointer, "utf8").trim();
  return isPrivate(dirname(path), writer.uid) ? path : undefined;
}

/** Removes what a long path needed. */
export function removeSocketPath(dataDir: string, path: string): void {
  if (path === join(resolve(dataDir), SOCKET_NAME)) return;
  rmSync(join(dataDir, POINTER_NAME), { force: true });
  rmSync(dirname(path), { recursive: true, force: true });
}

function isShort(path: string): boolean {
  return Buffer.byteLength(path) <= PATH_BYTES_MAX;
}

/** Anyone may make folders among the temporary files: only one that is the service's own will do. */
function isPrivate(folder: string, ownerId: number | undefined): boolean {
  const state = lstatSync(folder, { throwIfNoEntry: false });
  if (state === undefined || !state.isDirectory()) return false;
  return state.uid === ownerId && (state.mode & OTHERS_MODE) === 0;
}
