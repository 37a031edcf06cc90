/** Lists the files of zip archives (PKWARE APPNOTE 6.3), such as jar, docx and wheel. */
import { readableText } from "../byte-text.ts";
import { type ArchiveBudget, type EntryOrGap, type Inflate, inflateWithin } from "./entry.ts";

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/** Yields the files in the order of the directory at the archive's end. */
export function* listZipEntries(
  bytes: Uint8Array,
  inflate: Inflate,
  budget: ArchiveBudget,
): Generator<EntryOrGap> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = findDirectory(view);
  if (directory === undefined) {
    yield "archive-unreadable";
    return;
  }
  let at = directory.start;
  for (let index = 0; index < directory.count; index++) {
    if (at + RECORD_BYTES > bytes.length || view.getUint32(at, true) !== RECORD) {
      yield "archive-unreadable";
      return;
    }
    budget.entriesLeft--;
    if (budget.entriesLeft < 0 || budget.bytesLeft <= 0) {
      yield "archive-limit";
      return;
    }
    const record = readRecord(bytes, view, at);
    if (!record.path.endsWith("/")) yield openEntry(bytes, view, record, inflate, budget);
    at = record.end;
  }
}

interface Directory {
  readonly start: number;
  readonly count: number;
}

/** From the record at the archive's end, which a comment may follow. */
function findDirectory(view: DataView): Directory | undefined {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - COMMENT_BYTES_MAX); at--) {
    if (view.getUint32(at, true) !== END) continue;
    return { start: view.getUint32(at + 16, true), count: view.getUint16(at + 10, true) };
  }
  return undefined;
}

interface DirectoryRecord {
  readonly path: string;
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly storedBytes: number;
  readonly headerAt: number;
  /** Where the next record begins. */
  readonly end: number;
}

function readRecord(bytes: Uint8Array, view: DataView, at: number): DirectoryRecord {
  const pathEnd = at + RECORD_BYTES + view.getUint16(at + 28, true);
  return {
    path: readableText(bytes, at + RECORD_BYTES, pathEnd),
    isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
    method: view.getUint16(at + 10, true),
    storedBytes: view.getUint32(at + 20, true),
    headerAt: view.getUint32(at + 42, true),
    end: pathEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true),
  };
}

function openEntry(
  bytes: Uint8Array,
  view: DataView,
  { path, isEncrypted, method, storedBytes, headerAt }: DirectoryRecord,
  inflate: Inflate,
  budget: ArchiveBudget,
): EntryOrGap {
  const isReadable = !isEncrypted && headerAt + HEADER_BYTES <= bytes.length;
  if (!isReadable || view.getUint32(headerAt, true) !== HEADER) return "archive-unreadable";
  const namesLength = view.getUint16(headerAt + 26, true) + view.getUint16(headerAt + 28, true);
  const start = headerAt + HEADER_BYTES + namesLength;
  if (start + storedBytes > bytes.length) return "archive-unreadable";
  const data = bytes.subarray(start, start + storedBytes);
  if (method === DEFLATED) return inflateWithin(inflate, path, data, budget);
  if (method !== STORED) return "archive-unreadable";
  budget.bytesLeft -= data.length;
  return budget.bytesLeft < 0 ? "archive-limit" : { path, bytes: data };
}

const HEADER = 0x04034b50;
const HEADER_BYTES = 30;
const RECORD = 0x02014b50;
const RECORD_BYTES = 46;
const END = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const STORED = 0;
const DEFLATED = 8;
