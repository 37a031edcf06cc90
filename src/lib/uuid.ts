/** A UUID that is always the same for the same text, for ids that must not be made twice. */
import { createHash } from "node:crypto";

/** @returns a version 8 UUID (RFC 9562, 5.8) of the SHA-256 of the text. */
export function uuidOf(text: string): string {
  const bytes = createHash("sha256").update(text, "utf8").digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
