/** Renders a list of leaks for people or for programs. Pure. */
import type { Leak } from "../command/list-leaks.ts";
import type { Severity } from "../model/rule.ts";
import { spellOut } from "../report/escape.ts";
import type { NoIssueReason } from "../triage/no-issue.ts";
import type { Colors } from "./colors.ts";
import { columnsOf, cutEnd, cutStart, padTo } from "./columns.ts";

export interface LeakList {
  /** As it was asked for: `owner/name`, or null for all. */
  readonly repository: string | null;
  readonly state: "open" | "all";
  /** How many there are, of which `leaks` may be the first part only. */
  readonly total: number;
  readonly leaks: readonly Leak[];
}

const COLUMNS_MAX = 100;
const GAP = "  ";
/** The key's id is ten digits: what follows in further lines stands right of it. */
const INDENT = " ".repeat(12);
const REPOSITORY_COLUMNS_MAX = 44;
const MASKED_COLUMNS_MAX = 24;
const RULE_COLUMNS_MIN = 8;

/** Rises when a field changes its name or meaning; further fields may come at any time. */
const JSON_VERSION = 1;

/** One object; its fields are described in docs/command-line.md. */
export function renderLeaksJson(list: LeakList): string {
  return `${JSON.stringify({ version: JSON_VERSION, ...list }, undefined, 2)}\n`;
}

/** Three lines a leak below a heading; only the address of an issue may be over 100 columns. */
export function renderLeaksTable(list: LeakList, colors: Colors): string {
  if (list.leaks.length === 0) return `${nothingOf(list)}\n`;
  const rows = list.leaks.map(cellsOf);
  const widths = widthsOf([HEADINGS, ...rows]);
  const blocks = list.leaks.map((leak, index) => {
    const cells = fitted(rows[index] ?? [], widths);
    return [
      joined(cells.map((cell, column) => colorOf(leak, column, colors)(cell))),
      INDENT + whereOf(leak),
      INDENT + colors.dim(issueOf(leak)),
    ].join("\n");
  });
  const heading = colors.bold(joined(fitted(HEADINGS, widths)));
  return `${[heading, ...blocks, summaryOf(list)].join("\n\n")}\n`;
}

function nothingOf({ state, repository }: LeakList): string {
  const where = repository === null ? "" : ` in ${spellOut(repository)}`;
  return state === "open" ? `No open leaks${where}.` : `No leaks${where}.`;
}

const HEADINGS = ["KEY", "SEVERITY", "LANE", "RULE", "MASKED", "AGE", "STATE", "VERDICT"] as const;
const SEVERITY_COLUMN = HEADINGS.indexOf("SEVERITY");
const RULE_COLUMN = HEADINGS.indexOf("RULE");

function cellsOf(leak: Leak): readonly string[] {
  return [
    leak.keyId,
    leak.severity,
    leak.lane,
    leak.rule,
    cutEnd(spellOut(leak.masked), MASKED_COLUMNS_MAX),
    ageOf(leak.ageDays),
    leak.state,
    leak.verdict,
  ];
}

function ageOf(days: number): string {
  if (days < 1) return "today";
  return days === 1 ? "1 day" : `${days} days`;
}

/** As wide as the widest cell of each; the rule's name gives way when all do not fit. */
function widthsOf(rows: readonly (readonly string[])[]): readonly number[] {
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((cells) => columnsOf(cells[column] ?? ""))),
  );
  const all = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  const over = Math.max(0, all - COLUMNS_MAX);
  return widths.map((width, column) =>
    column === RULE_COLUMN ? Math.min(width, Math.max(RULE_COLUMNS_MIN, width - over)) : width,
  );
}

function fitted(cells: readonly string[], widths: readonly number[]): readonly string[] {
  return cells.map((cell, column) => {
    const width = widths[column] ?? 0;
    return padTo(cutEnd(cell, width), width);
  });
}

function joined(cells: readonly string[]): string {
  return cells.join(GAP).trimEnd();
}

function colorOf(leak: Leak, column: number, colors: Colors): (text: string) => string {
  if (column !== SEVERITY_COLUMN) return String;
  const bySeverity: Readonly<Record<Severity, (text: string) => string>> = {
    critical: colors.red,
    high: colors.red,
    medium: colors.yellow,
    low: colors.cyan,
  };
  return bySeverity[leak.severity];
}

function whereOf({ repository, place }: Leak): string {
  const name = cutEnd(spellOut(repository), REPOSITORY_COLUMNS_MAX);
  if (place === null) return name;
  const room = COLUMNS_MAX - INDENT.length - columnsOf(name) - GAP.length;
  return name + GAP + cutStart(spellOut(place.label), room);
}

function issueOf({ issueUrl, noIssueReason }: Leak): string {
  return issueUrl ?? NO_ISSUE[noIssueReason ?? "pending"];
}

const NO_ISSUE: Readonly<Record<NoIssueReason, string>> = {
  settled: "no issue: the key is settled",
  "generic-lane": "no issue: a key of an unknown kind is noted only",
  fork: "no issue: only a pull request from a fork brings it; the issue comes with the merge",
  "not-introduced": "no issue: it was there before, and what was pushed merely shows it",
  "public-repository": "no issue: the repository is public, and no private one is named for issues",
  "over-limit": "no issue: as many are open in this repository as REKEEPER_ISSUES_MAX allows",
  pending: "no issue yet: its report is under way, or the repository takes no issues",
};

function summaryOf({ state, total, leaks }: LeakList): string {
  const what = `${total} ${state === "open" ? "open " : ""}${total === 1 ? "leak" : "leaks"}`;
  const more = total - leaks.length;
  return more > 0
    ? `${what}; the ${leaks.length} newest are shown, --limit shows more.`
    : `${what}.`;
}
