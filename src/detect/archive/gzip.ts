/** Opens gzip files (RFC 1952). */
import { type ArchiveBudget, type EntryOrGap, type Inflate, inflateWithin } from "./entry.ts";

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === DEFLATE;
}

/** Returns what the first member holds, which is all that tools write; its name is not kept. */
export function openGzip(bytes: Uint8Array, inflate: Inflate, budget: ArchiveBudget): EntryOrGap {
  const start = findData(bytes);
  if (start === undefined) return "archive-unreadable";
  return inflateWithin(inflate, "", bytes.subarray(start), budget);
}

function findData(bytes: Uint8Array): number | undefined {
  const flags = bytes[3] ?? 0;
  let at = HEADER_BYTES;
  if (flags & HAS_EXTRA) at += 2 + (bytes[at] ?? 0) + ((bytes[at + 1] ?? 0) << 8);
  for (const flag of [HAS_NAME, HAS_COMMENT]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) return undefined;
    at = end + 1;
  }
  if (flags & HAS_HEADER_CHECKSUM) at += 2;
  return at < bytes.length ? at : undefined;
}

const DEFLATE = 8;
const HEADER_BYTES = 10;
const HAS_HEADER_CHECKSUM = 0x02;
const HAS_EXTRA = 0x04;
const HAS_NAME = 0x08;
const HAS_COMMENT = 0x10;
