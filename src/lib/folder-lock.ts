/**
 * A lock file that lets one process at a time use a folder.
 *
 * The embedded database opens one folder in two processes without complaint and then loses rows
 * (electric-sql/pglite#1106), so the lock has to hold against a second start, and has to give way
 * after a crash. The file names the holder's process id and its start time: a process id that was
 * used again by another program is not mistaken for the holder. It is written aside and then
 * linked into place, so that nobody ever reads a half-written lock.
 */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";

export interface FolderLock {
  release(): void;
}

/** The folder is in use. `holder` is the process id that has it. */
export class FolderLockedError extends Error {
  override readonly name = "FolderLockedError";
  readonly holder: number;
  constructor(path: string, holder: number) {
    super(
      `${path} says that process ${holder} uses this data folder: stop that process, or set REKEEPER_DATA_DIR to another folder.`,
    );
    this.holder = holder;
  }
}

const TRIES_MAX = 5;

/**
 * Takes the lock at `path`, stealing it only from a process that is gone.
 *
 * @throws FolderLockedError while a live process holds it.
 */
export function lockFolder(path: string): FolderLock {
  const own = `${process.pid} ${startTimeOf(process.pid) ?? "unknown"}\n`;
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, own, { mode: 0o600 });
  try {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      if (tryLink(aside, path)) return { release: () => releaseOwn(path, own) };
      const holder = readHolder(path);
      if (holder === undefined) continue;
      if (isAlive(holder)) throw new FolderLockedError(path, holder.pid);
      removeDead(path, holder);
    }
    throw new FolderLockedError(path, readHolder(path)?.pid ?? 0);
  } finally {
    unlinkIfPresent(aside);
  }
}

interface Holder {
  readonly pid: number;
  readonly startTime: string;
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

function readHolder(path: string): Holder | undefined {
  try {
    const [pid, startTime] = readFileSync(path, "utf8").trim().split(" ");
    return { pid: Number(pid), startTime: startTime ?? "unknown" };
  } catch {
    return undefined;
  }
}

/**
 * Removes the lock of a dead holder, and of nobody else: another process that saw the same dead
 * holder may have taken the lock in between, so what was moved away is looked at before it goes.
 */
function removeDead(path: string, dead: Holder): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
    throw cause;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && (moved.pid !== dead.pid || moved.startTime !== dead.startTime)) {
    tryLink(aside, path);
  }
  unlinkIfPresent(aside);
}

function isAlive(holder: Holder): boolean {
  if (!Number.isSafeInteger(holder.pid) || holder.pid <= 0) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
  const startTime = startTimeOf(holder.pid);
  return startTime === undefined || startTime === holder.startTime;
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
    if (readFileSync(path, "utf8") === own) unlinkSync(path);
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
