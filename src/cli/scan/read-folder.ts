/** Reads files and folders for a scan, one file at a time. */
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from "node:fs";
import { join, normalize } from "node:path";
import type { GapReason } from "../../model/fragment.ts";
import { NO_OBJECT } from "../../model/ids.ts";
import type { Piece } from "./engine.ts";

export interface FolderReading {
  readonly fileBytesMax: number;
  /** Asked with paths relative to the folder that is scanned. */
  readonly isExcluded: (path: string) => boolean;
}

/** The folder that is scanned, and how to. */
interface Root extends FolderReading {
  readonly path: string;
}

/** What belongs to git and not to the work tree: its objects are read by `--git`. */
const GIT = ".git";
/** Folders within folders: more is a loop that a file system should not have. */
const DEPTH_MAX = 256;

/**
 * Yields the files below a path, in the order of their names, or the file that it is. Symbolic
 * links, sockets and devices are passed over in silence, but the path itself may be a link. Files
 * are read as they are taken, so that memory holds as many as the reader keeps.
 *
 * Synchronous: Node's promises cost more than all the rest of reading a small file.
 */
export function* readPath(path: string, reading: FolderReading): Generator<Piece> {
  const root = { ...reading, path: normalize(path).replace(/(?<=.)\/+$/, "") };
  if (statSync(path).isDirectory()) yield* readFolder(root, "", 0);
  else yield* readFile(root.path, reading, 0);
}

function* readFolder(root: Root, below: string, depth: number): Generator<Piece> {
  const folder = join(root.path, below);
  const entries = depth > DEPTH_MAX ? undefined : listEntries(folder);
  if (entries === undefined) {
    yield skipped(folder, "file-unreadable");
    return;
  }
  for (const entry of entries) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.name === GIT || root.isExcluded(path)) continue;
    if (entry.isDirectory()) yield* readFolder(root, path, depth + 1);
    else if (entry.isFile()) yield* readFile(join(root.path, path), root, constants.O_NOFOLLOW);
  }
}

function listEntries(folder: string): readonly Dirent[] | undefined {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return undefined;
  }
}

function* readFile(path: string, { fileBytesMax }: FolderReading, flags: number): Generator<Piece> {
  const bytes = readBytes(path, fileBytesMax, flags);
  if (typeof bytes === "string") yield skipped(path, bytes);
  else if (bytes.length > 0) yield { origin: { kind: "file", path }, blob: NO_OBJECT, bytes };
}

function readBytes(path: string, bytesMax: number, flags: number): Uint8Array | GapReason {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  } catch {
    return "file-unreadable";
  }
  try {
    const { size } = fstatSync(file);
    if (size > bytesMax) return "blob-too-large";
    // Not from Node's shared pool: a thread is sent the whole of the memory that an array is in.
    const bytes = Buffer.allocUnsafeSlow(size);
    let filled = 0;
    while (filled < size) {
      const count = readSync(file, bytes, filled, size - filled, null);
      if (count === 0) break;
      filled += count;
    }
    return filled === size ? bytes : bytes.subarray(0, filled);
  } catch {
    return "file-unreadable";
  } finally {
    closeSync(file);
  }
}

function skipped(path: string, reason: GapReason): Piece {
  const kind = reason === "blob-too-large" ? "by-nature" : "failed";
  return { origin: { kind: "file", path }, gap: { kind, reason } };
}
