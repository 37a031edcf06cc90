/** Lets a scanner see into zip, tar and gzip, also where one is inside another. */
import type { RawFinding } from "../../model/finding.ts";
import type { GapReason } from "../../model/fragment.ts";
import type { Scanner, ScanResult } from "../scan.ts";
import type { ArchiveBudget, EntryOrGap, Inflate } from "./entry.ts";
import { isGzip, openGzip } from "./gzip.ts";
import { isTar, listTarEntries } from "./tar.ts";
import { isZip, listZipEntries } from "./zip.ts";

export interface ArchiveLimits {
  readonly entriesMax: number;
  /** Bytes of all entries together, once they are decompressed. */
  readonly bytesMax: number;
  /** Archives within archives; a `.tar.gz` is one in another. */
  readonly depthMax: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  entriesMax: 10_000,
  bytesMax: 134_217_728,
  depthMax: 4,
};

/**
 * Returns a scanner that finds in archives what is in their files, with the path as `inside`. What
 * a limit or damage keeps closed is a gap; anything else goes to `scanner` as it is.
 */
export function scanArchives<F extends RawFinding>(
  scanner: Scanner<F>,
  inflate: Inflate,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Scanner<F> {
  return {
    scan(bytes) {
      if (!isArchive(bytes)) return scanner.scan(bytes);
      const findings: F[] = [];
      const reasons = new Set<GapReason>();
      const opening: Opening = {
        inflate,
        budget: { entriesLeft: limits.entriesMax, bytesLeft: limits.bytesMax },
        take(entry, path) {
          const result = scanner.scan(entry);
          findings.push(...placeInside(result, path));
          for (const { reason } of result.gaps) reasons.add(reason);
        },
        skip: (reason) => reasons.add(reason),
      };
      openArchive(bytes, "", limits.depthMax, opening);
      return { findings, gaps: [...reasons].map((reason) => ({ kind: "by-nature", reason })) };
    },
  };
}

interface Opening {
  readonly inflate: Inflate;
  readonly budget: ArchiveBudget;
  take(entry: Uint8Array, path: string): void;
  skip(reason: GapReason): void;
}

function isArchive(bytes: Uint8Array): boolean {
  return isGzip(bytes) || isZip(bytes) || isTar(bytes);
}

function placeInside<F extends RawFinding>(
  { findings }: ScanResult<F>,
  path: string,
): readonly F[] {
  return path === "" ? findings : findings.map((finding) => ({ ...finding, inside: path }));
}

function openArchive(bytes: Uint8Array, path: string, depthLeft: number, opening: Opening): void {
  if (depthLeft === 0) {
    opening.skip("archive-limit");
    return;
  }
  for (const entry of listEntries(bytes, opening)) {
    if (typeof entry === "string") {
      opening.skip(entry);
      continue;
    }
    const inner = [path, entry.path].filter((part) => part !== "").join("!");
    if (isArchive(entry.bytes)) openArchive(entry.bytes, inner, depthLeft - 1, opening);
    else opening.take(entry.bytes, inner);
  }
}

function listEntries(bytes: Uint8Array, { inflate, budget }: Opening): Iterable<EntryOrGap> {
  if (isGzip(bytes)) return [openGzip(bytes, inflate, budget)];
  return isZip(bytes) ? listZipEntries(bytes, inflate, budget) : listTarEntries(bytes, budget);
}
