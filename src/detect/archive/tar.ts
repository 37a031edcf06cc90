/** Lists the files of tar archives (POSIX ustar and pax, and GNU's long names). */
import { readableText } from "../byte-text.ts";
import type { ArchiveBudget, ArchiveEntry, EntryOrGap } from "./entry.ts";

const BLOCK_BYTES = 512;

export function isTar(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK_BYTES && textAt(bytes, 257, 5) === "ustar";
}

/** Yields the files in order. What the budget does not allow is one gap, and the end. */
export function* listTarEntries(bytes: Uint8Array, budget: ArchiveBudget): Generator<EntryOrGap> {
  let at = 0;
  let longPath: string | undefined;
  while (at + BLOCK_BYTES <= bytes.length && bytes[at] !== 0) {
    const record = readRecord(bytes, at);
    if (record === undefined) {
      yield "archive-unreadable";
      return;
    }
    const { type, path, data } = record;
    if (FILE_TYPES.includes(type)) {
      const entry = spend(budget, { path: longPath ?? path, bytes: data });
      yield entry;
      if (entry === "archive-limit") return;
    }
    longPath = readLongPath(type, data);
    at += BLOCK_BYTES + Math.ceil(data.length / BLOCK_BYTES) * BLOCK_BYTES;
  }
}

const FILE_TYPES: readonly string[] = ["0", "\0"];

interface TarRecord {
  readonly type: string;
  readonly path: string;
  readonly data: Uint8Array;
}

/** Returns undefined when the size is no number, or more than there is. */
function readRecord(bytes: Uint8Array, at: number): TarRecord | undefined {
  const size = Number.parseInt(textAt(bytes, at + 124, 12).trim() || "0", 8);
  const start = at + BLOCK_BYTES;
  if (!(size >= 0) || start + size > bytes.length) return undefined;
  const type = String.fromCharCode(bytes[at + 156] ?? 0);
  return { type, path: pathAt(bytes, at), data: bytes.subarray(start, start + size) };
}

function spend(budget: ArchiveBudget, entry: ArchiveEntry): EntryOrGap {
  budget.entriesLeft--;
  budget.bytesLeft -= entry.bytes.length;
  return budget.entriesLeft < 0 || budget.bytesLeft < 0 ? "archive-limit" : entry;
}

function pathAt(bytes: Uint8Array, at: number): string {
  const prefix = textAt(bytes, at + 345, 155);
  const name = textAt(bytes, at, 100);
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Of the next file: GNU writes the path itself, pax lines such as `30 path=...`. */
function readLongPath(type: string, data: Uint8Array): string | undefined {
  if (type !== "L" && type !== "x") return undefined;
  const text = textAt(data, 0, Math.min(data.length, PATH_BYTES_MAX));
  return type === "L" ? text : /^\d+ path=(.*)$/m.exec(text)?.[1];
}

const PATH_BYTES_MAX = 4_096;

/** Up to the first zero. */
function textAt(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return readableText(field, 0, end === -1 ? field.length : end);
}
