/** Bytes to scan, with the object they come from. Paths are looked up later, for hits only. */
import type { ObjectId } from "./ids.ts";

export interface Fragment {
  readonly blob: ObjectId;
  readonly bytes: Uint8Array;
}

/**
 * A part of a push that was not scanned. `failed` is ours to retry (git, API, timeout); `by-nature`
 * will not change by trying again (over a cap, encrypted, unsupported).
 */
export interface Gap {
  readonly kind: "failed" | "by-nature";
  /** One of a closed list, so that gaps can be counted: see GAP_REASONS. */
  readonly reason: GapReason;
  /** The object that was left out, where it was one object. */
  readonly blob?: ObjectId;
}

/** Each reason with the sentence that a check run shows for it. */
export const GAP_REASONS = {
  "blob-too-large": "file over the size limit",
  "push-too-large": "push over the byte limit: the rest was not read",
  "too-many-objects": "push over the object limit: the rest was not read",
  "blob-missing": "object that GitHub did not send",
  "scan-timeout": "file that took too long to scan",
  "own-rules-timeout": "file at which the configuration's own rules took too long",
  "too-many-findings": "file with more findings than the limit: the rest was not listed",
  "decode-limit": "file with more encoded text than the limit: the rest was only read as it is",
  "archive-limit": "archive over the limit of size, depth or entries: the rest was not opened",
  "archive-unreadable": "archive that is damaged, encrypted or of an unsupported kind",
  "file-unreadable": "file that could not be read",
  "too-many-keys": "push with more keys than are listed: the rest was left out",
  "too-many-names": "more file names than can be listed: names were not all looked at",
  "git-failed": "git could not read the repository",
} as const;
export type GapReason = keyof typeof GAP_REASONS;
