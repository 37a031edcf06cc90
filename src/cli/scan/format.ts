/** Numbers as people read them. */

/** `1 file`, `12,345 files`. */
export function formatCount(count: number, noun: string): string {
  // By hand: the first call of `toLocaleString` loads tables for tens of milliseconds.
  const digits = String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
  return `${digits} ${noun}${count === 1 ? "" : "s"}`;
}

/** `812 bytes`, `4.5 MB`, in powers of ten. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return formatCount(bytes, "byte");
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `0.3 s`, `75 s`. */
export function formatMs(ms: number): string {
  return ms < 9_950 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
