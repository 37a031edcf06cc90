/** Compares secrets without telling by the time it takes where they differ. */
import { createHash, timingSafeEqual } from "node:crypto";

export function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
