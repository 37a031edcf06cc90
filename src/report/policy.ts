/** Renders what a check run says of the configuration: warnings, allowed keys, origins. Pure. */
import type {
  AllowedKey,
  AllowRefusal,
  EffectiveAllow,
  PolicyReport,
  PolicySource,
  PolicyWarning,
  RefusedAllow,
  Silence,
} from "../model/policy.ts";
import { codeCell, codeSpan, visible } from "./escape.ts";

const WARNINGS_MAX = 50;
const ROWS_MAX = 100;

const FILES: Readonly<Record<PolicySource, string>> = {
  organisation: "`rekeeper.yml` of the organisation's `.github`",
  repository: "`.github/rekeeper.yml`",
};

/**
 * @returns Markdown, empty where nothing is configured. In a public repository it counts keys
 *   instead of naming them, and tells of the organisation's file only that it has problems.
 */
export function renderPolicySection(report: PolicyReport): string {
  const sections = [
    warningsOf(report),
    report.isPrivate ? allowedOf(report.allowed) : countOf(report),
    report.isPrivate ? refusedOf(report.refused) : "",
    report.isPrivate ? expiredOf(report.expired) : "",
    report.isPrivate ? excludedOf(report.excludedCount) : "",
    originsOf(report),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function warningsOf({ warnings, isPrivate }: PolicyReport): string {
  if (warnings.length === 0) return "";
  const shown = isPrivate ? warnings : warnings.filter(({ source }) => source === "repository");
  const hidden = warnings.length - shown.length;
  return [
    "### Configuration: something to mend",
    "",
    ...shown.slice(0, WARNINGS_MAX).map(warningOf),
    ...(shown.length > WARNINGS_MAX ? [`- …and ${shown.length - WARNINGS_MAX} more`] : []),
    ...(hidden > 0 ? [`- ${FILES.organisation}: its owners have something to mend`] : []),
    "",
    "What is wrong there does not count. While a file cannot be read as a whole, its last good version stays in force, or nothing of it where there was none.",
  ].join("\n");
}

function warningOf({ source, line, column, message }: PolicyWarning): string {
  return `- ${FILES[source]}, line ${line}, column ${column}: ${codeSpan(message)}`;
}

function allowedOf(allowed: readonly AllowedKey[]): string {
  if (allowed.length === 0) return "";
  return [
    "### Allowed by the configuration: these do not gate",
    "",
    "| Key | Kind | Id | Reason | Until | Where it is allowed |",
    "|---|---|---|---|---|---|",
    ...allowed.slice(0, ROWS_MAX).map(rowOf),
    ...(allowed.length > ROWS_MAX ? ["", `…and ${allowed.length - ROWS_MAX} more.`] : []),
  ].join("\n");
}

function rowOf({ masked, ruleName, keyId, entry }: AllowedKey): string {
  const cells = [
    codeCell(masked),
    ruleName,
    `\`${keyId}\``,
    codeCell(entry.reason),
    entry.until ?? "no end",
    whereOf(entry),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** An entry that ended is listed once, whatever it named. */
function refusedOf(refused: readonly RefusedAllow[]): string {
  const listed = refused.filter(({ why }) => why !== "expired");
  if (listed.length === 0) return "";
  return [
    "### Allow entries that do not count for these keys",
    "",
    ...listed
      .slice(0, ROWS_MAX)
      .map(
        ({ masked, keyId, entry, why }) =>
          `- ${codeSpan(masked)} (\`${keyId}\`), ${whereOf(entry)}: ${REFUSALS[why]}`,
      ),
    ...(listed.length > ROWS_MAX ? [`- …and ${listed.length - ROWS_MAX} more`] : []),
  ].join("\n");
}

const REFUSALS: Readonly<Record<AllowRefusal, string>> = {
  expired: "its last day is over",
  active: "the key works, and no entry silences a key that works",
  "provider-lane":
    "only the organisation's file may allow keys of known providers, or permit it to repositories by `permit: [allow-provider]`",
  "other-paths": "the key also stands where the entry's paths do not reach",
};

/** The line of an issue whose key is no longer reported: why, by which file, and how long. */
export function renderSilence(silence: Silence): string {
  if (silence.kind === "excluded") {
    const { source, value } = silence.pattern;
    return `every known place is under ${codeSpan(value)}, which ${FILES[source]} excludes`;
  }
  const { entry } = silence;
  const until = entry.until === undefined ? "" : ` until ${entry.until}`;
  return `by ${whereOf(entry)}${until}: ${codeSpan(entry.reason)}`;
}

function whereOf({ source, place }: EffectiveAllow): string {
  return `${FILES[source]}, line ${place.line}`;
}

function expiredOf(expired: readonly EffectiveAllow[]): string {
  if (expired.length === 0) return "";
  return [
    "### Allow entries that ended: they count no more",
    "",
    ...expired
      .slice(0, ROWS_MAX)
      .map((entry) => `- ${whereOf(entry)}, on ${entry.until}: ${codeSpan(entry.reason)}`),
    ...(expired.length > ROWS_MAX ? [`- …and ${expired.length - ROWS_MAX} more`] : []),
  ].join("\n");
}

function excludedOf(count: number): string {
  if (count === 0) return "";
  return `${keys(count)} left out: every known place of each is under a path that the configuration excludes.`;
}

function countOf({ allowed, excludedCount }: PolicyReport): string {
  const count = allowed.length + excludedCount;
  return count === 0 ? "" : `${keys(count)} left out, as the configuration says.`;
}

function keys(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "key is" : "keys are"}`;
}

/** For example: Settings: `allow` from `.github/rekeeper.yml`, line 3. */
function originsOf({ origins }: PolicyReport): string {
  if (origins.length === 0) return "";
  const parts = origins.map(
    ({ key, source, line }) => `\`${visible(key)}\` from ${FILES[source]}, line ${line}`,
  );
  return `<sub>Settings in force: ${parts.join("; ")}. All others are at their defaults.</sub>`;
}
