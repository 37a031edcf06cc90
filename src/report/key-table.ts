/** The table of keys that check runs and comments share, and the words for a key's verdict. */
import type { ReportedKey, RepositoryLink } from "../model/head-report.ts";
import { codeCell } from "./escape.ts";
import { renderPlace } from "./place.ts";

const ROWS_MAX = 100;

export function renderKeyTable(repository: RepositoryLink, keys: readonly ReportedKey[]): string {
  const rows = keys.slice(0, ROWS_MAX).map((key) => rowOf(repository, key));
  const more = keys.length > ROWS_MAX ? ["", `…and ${keys.length - ROWS_MAX} more.`] : [];
  return [
    "| Key | Kind | Where | In head | Alive | Id | Issue |",
    "|---|---|---|---|---|---|---|",
    ...rows,
    ...more,
  ].join("\n");
}

function rowOf(repository: RepositoryLink, key: ReportedKey): string {
  const place = key.places[0];
  const cells = [
    codeCell(key.masked),
    `${key.ruleName} (${key.severity})`,
    place === undefined ? "" : renderPlace(repository, place, "table"),
    key.isInHead ? "yes" : "no, in history",
    ALIVE[key.verdict],
    `\`${key.keyId}\``,
    key.issue ?? "",
  ];
  return `| ${cells.join(" | ")} |`;
}

const ALIVE: Readonly<Record<ReportedKey["verdict"], string>> = {
  active: "**yes**",
  inactive: "no",
  unknown: "not checked",
  uncheckable: "cannot be checked",
};

/** What someone in a hurry has to do, in order. */
export const FIRST_STEPS = `A key that was pushed has to be treated as known to others. In this order:
1. **Rotate it**: make a new key, switch over, revoke the old one. The issue of each key has the steps for its provider.
2. **Store the new one safely**: in an environment variable, a file outside the source tree, or a secrets manager.
3. **Then remove the line.** Removing it alone does not help: the history keeps it, so the check stays red until the key is dead or triaged.`;
