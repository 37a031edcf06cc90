/** Says what is wrong with the value of one setting. */
import type { SettingEntry } from "./settings.ts";

/** @returns the rest of a sentence that begins with the setting's name; undefined for a good value. */
export function findProblem(entry: SettingEntry, value: string): string | undefined {
  switch (entry.kind) {
    case "integer":
      return isWithin(entry, value) ? undefined : `must be a whole number ${rangeOf(entry)}`;
    case "choice":
      return entry.choices?.includes(value)
        ? undefined
        : `must be one of ${entry.choices?.join(", ")}`;
    case "url":
      return isHttpUrl(value) ? undefined : "must be a whole address such as https://example.org";
    case "host":
      return /^[a-z0-9.-]+(?::\d+)?$/i.test(value)
        ? undefined
        : "must be a host such as github.example.org, without https:// and without a path";
    case "path":
      return /^\/[^\s?#]*$/.test(value)
        ? undefined
        : "must be a path that begins with a slash, such as /api/github/webhooks";
    default:
      return undefined;
  }
}

function isWithin(
  { min = 0, max = Number.MAX_SAFE_INTEGER }: SettingEntry,
  value: string,
): boolean {
  return /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max;
}

function rangeOf({ min = 0, max }: SettingEntry): string {
  return max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
}

function isHttpUrl(value: string): boolean {
  return /^https?:$/.test(URL.parse(value)?.protocol ?? "");
}
