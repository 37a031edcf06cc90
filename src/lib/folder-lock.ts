/**
 * A lock file that lets one process at a time use a folder.
 *
 * The embedded database opens one folder in two processes without complaint and then loses rows
 * (electric-sql/pglite#1106), so the lock has to hold against a second start, and has to give way
 * after a crash. The file names the holder's process id and its start time: a process id that was
 * used again by another program is not mistaken for the holder.
 *
 * A process in another container, or on another machine that shares the volume, cannot be looked up
 * by its id: in both the service may well be process 1. So the file names the place as well, and
 * its holder renews the file's time every five seconds. A holder elsewhere is gone once that time
 * is a minute behind the clock of the volume itself.
 *
 * The files are numbered, and the last one counts. To take the lock is to create the next number,
 * which only one process can do; nobody removes the last file, so there is no moment in which a
 * holder's lock is missing, however many processes find a dead holder at once. (Moving a dead
 * lock aside, looking at it, and putting it back if it was not the dead one has such a moment.)
 */
import {
  closeSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname } from "node:path";

export interface FolderLock {
  release(): void;
}

/** The folder is in use. `holder` is the process id that has it. */
export class FolderLockedError extends Error {
  override readonly name = "FolderLockedError";
  readonly holder: number;
  constructor(path: string, { pid, place }: Pick<Holder, "pid" | "place">) {
    super(
      place === undefined
        ? `${path} says that process ${pid} uses this data folder: stop that process, or set REKEEPER_DATA_DIR to another folder.`
        : `${path} says that a process on ${place} uses this data folder: stop that one, or set REKEEPER_DATA_DIR to another folder. If it was killed, start again in a minute.`,
    );
    this.holder = pid;
  }
}

const TRIES_MAX = 5;
const RENEW_MS = 5_000;
/** Longer than anything that keeps a live holder from renewing. */
const SILENT_MS_MAX = 60_000;

/**
 * Takes the lock at `path` followed by a number, if no process holds it that is still there.
 *
 * @throws FolderLockedError while a live process holds it.
 */
export function lockFolder(path: string): FolderLock {
  const own = `${process.pid} ${startTimeOf(process.pid) ?? "unknown"} ${placeOf()}\n`;
  // Written aside and then linked into place, so that nobody ever reads half a lock.
  const aside = `${path}.new-${process.pid}`;
  writeFileSync(aside, own, { mode: 0o600 });
  try {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const last = Math.max(0, ...listNumbers(path));
      const holder = readHolder(`${path}.${last}`);
      // Both times are the volume's own, whose clock may not be ours.
      const now = statSync(aside).mtimeMs;
      if (holder !== undefined && isAlive(holder, now)) {
        throw new FolderLockedError(`${path}.${last}`, holder);
      }
      if (tryTake(path, last + 1, aside)) return holdLock(`${path}.${last + 1}`, own);
    }
    throw new Error(`${path} changed hands too often; start again in a moment`);
  } finally {
    unlinkIfPresent(aside);
  }
}

function holdLock(path: string, own: string): FolderLock {
  const renewal = setInterval(() => renew(path, own), RENEW_MS);
  renewal.unref();
  return {
    release() {
      clearInterval(renewal);
      releaseOwn(path, own);
    },
  };
}

/** Over what is there, so that nobody reads an empty file: the volume sets the time by its clock. */
function renew(path: string, own: string): void {
  try {
    const file = openSync(path, "r+");
    writeSync(file, own, 0);
    closeSync(file);
  } catch {
    // The next renewal comes long before anybody takes the holder for gone.
  }
}

/** False when another process was quicker. */
function tryTake(path: string, number: number, aside: string): boolean {
  if (!tryLink(aside, `${path}.${number}`)) return false;
  const numbers = listNumbers(path);
  // A slow process may create a number that was passed and cleared away since it looked.
  const isLast = numbers.every((other) => other <= number);
  for (const other of isLast ? numbers.filter((one) => one < number) : [number]) {
    unlinkIfPresent(`${path}.${other}`);
  }
  return isLast;
}

function listNumbers(path: string): readonly number[] {
  const prefix = `${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
}

interface Holder {
  readonly pid: number;
  readonly startTime: string;
  /** Where it runs; undefined here, where its process id says whether it is there. */
  readonly place: string | undefined;
  readonly renewedMs: number;
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  }
}

/** Undefined when the lock was released, which empties its file, or cleared away by a later one. */
function readHolder(path: string): Holder | undefined {
  try {
    const [pid = "", startTime = "unknown", place = placeOf()] = readFileSync(path, "utf8")
      .trim()
      .split(" ");
    const elsewhere = place === placeOf() ? undefined : place;
    const renewedMs = statSync(path).mtimeMs;
    return pid === "" ? undefined : { pid: Number(pid), startTime, place: elsewhere, renewedMs };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
}

function isAlive(holder: Holder, now: number): boolean {
  if (holder.place !== undefined) return now - holder.renewedMs < SILENT_MS_MAX;
  if (!Number.isSafeInteger(holder.pid) || holder.pid <= 0) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
  const startTime = startTimeOf(holder.pid);
  return startTime === undefined || startTime === holder.startTime;
}

/** Machine and, on Linux, the space of process ids: each container has its own of both. */
function placeOf(): string {
  let space = "";
  try {
    space = readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
  } catch {
    // Elsewhere than on Linux the machine is all there is.
  }
  return `${hostname()}:${space}`;
}

/**
 * Clock ticks after boot at which a process started: field 22 of `/proc/<pid>/stat` (proc(5)).
 * Undefined where there is no /proc; the process id alone then decides.
 */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the program's name in brackets and may itself hold blanks and brackets.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function releaseOwn(path: string, own: string): void {
  try {
    if (readFileSync(path, "utf8") === own) writeFileSync(path, "");
  } catch {
    // The folder itself may be gone by now; there is nothing left to release.
  }
}

function unlinkIfPresent(path: string): void {
  try {
    unlinkSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
}
