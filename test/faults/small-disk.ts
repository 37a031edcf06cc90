/**
 * A file system of a few megabytes that only some processes see, and that can be filled.
 *
 * It is a tmpfs in a user and mount namespace of its own, so nothing has to be root, nothing is
 * mounted where others see it, and all is gone with the process that holds it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

export interface SmallDisk {
  /** Put before a command, it makes the command see the disk. */
  readonly launcher: readonly string[];
  /** Takes all room that is left. @returns how many bytes that was. */
  fill(): number;
  /** Gives that room back. */
  free(): void;
  remove(): Promise<void>;
}

const CHUNK_BYTES = 1_048_576;

/**
 * @param folder where its processes see it; an empty folder to all others.
 * @throws Error that says what is missing where the system does not allow it.
 */
export async function makeSmallDisk(folder: string, bytes: number): Promise<SmallDisk> {
  const mount = `mount -t tmpfs -o size=${bytes} tmpfs "$1" && echo ready && exec cat`;
  const holder = spawn("unshare", ["-U", "-r", "-m", "sh", "-c", mount, "sh", folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(holder, "close");
  const [first] = await Promise.race([once(holder.stdout, "data"), ended]);
  if (String(first).trim() !== "ready") {
    throw new Error("no small disk: this run needs `unshare` and user namespaces (Linux)");
  }
  const filler = join(`/proc/${holder.pid}/root`, folder, "filler");
  return {
    launcher: ["nsenter", `--target=${holder.pid}`, "--user", "--mount", "--preserve-credentials"],
    fill: () => fillFile(filler),
    free: () => rmSync(filler, { force: true }),
    async remove() {
      holder.stdin.end();
      await ended;
    },
  };
}

/** Grows a file until there is no room left, to the last byte. */
function fillFile(path: string): number {
  const file = openSync(path, "a");
  let total = 0;
  try {
    for (let size = CHUNK_BYTES; size >= 1; ) {
      const written = tryWrite(file, size);
      total += written;
      if (written < size) size = Math.floor(size / 2);
    }
    return total;
  } finally {
    closeSync(file);
  }
}

function tryWrite(file: number, size: number): number {
  try {
    return writeSync(file, Buffer.alloc(size));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOSPC") return 0;
    throw cause;
  }
}
