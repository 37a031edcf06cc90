/** What archives are made of, whatever their format. */
import type { GapReason } from "../../model/fragment.ts";

export interface ArchiveEntry {
  /** As the archive has it; empty where the format knows none. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** An entry, or why there is none. */
export type EntryOrGap = ArchiveEntry | GapReason;

/**
 * Decompresses what zip and gzip hold (RFC 1951), at most `bytesMax` bytes of it.
 *
 * Returns undefined for damaged data, and "too-large" when there is more. The core knows no
 * compression: the caller passes that of its platform.
 */
export type Inflate = (deflated: Uint8Array, bytesMax: number) => Inflated;
export type Inflated = Uint8Array | "too-large" | undefined;

/** What the entries of one fragment may still cost, at all depths together. */
export interface ArchiveBudget {
  entriesLeft: number;
  bytesLeft: number;
}

/** Inflates within the budget, and within `RATIO_MAX` times what is there. */
export function inflateWithin(
  inflate: Inflate,
  path: string,
  deflated: Uint8Array,
  budget: ArchiveBudget,
): EntryOrGap {
  const ratioMax = RATIO_FREE_BYTES + deflated.length * RATIO_MAX;
  const bytes = inflate(deflated, Math.min(budget.bytesLeft, ratioMax));
  if (bytes === undefined) return "archive-unreadable";
  if (bytes === "too-large") return "archive-limit";
  budget.bytesLeft -= bytes.length;
  return { path, bytes };
}

/** Source code deflates to a quarter; what deflates a hundredfold holds nothing but repetition. */
const RATIO_MAX = 100;
const RATIO_FREE_BYTES = 1_048_576;
