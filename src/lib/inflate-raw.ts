/** Decompression (RFC 1951) that stops at a limit. */
import { inflateRawSync } from "node:zlib";

/** Returns undefined for damaged data, and "too-large" when it is more than `bytesMax` bytes. */
export function inflateRaw(
  deflated: Uint8Array,
  bytesMax: number,
): Uint8Array | "too-large" | undefined {
  try {
    return inflateRawSync(deflated, { maxOutputLength: Math.max(1, bytesMax) });
  } catch (error) {
    const isOver = error instanceof Error && "code" in error && error.code === TOO_LARGE;
    return isOver ? "too-large" : undefined;
  }
}

const TOO_LARGE = "ERR_BUFFER_TOO_LARGE";
