/** Writes times as GitHub's API does: UTC, whole seconds. */

export function timeJson(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, "Z");
}

export function timeOrNullJson(time: Date | null): string | null {
  return time === null ? null : timeJson(time);
}
