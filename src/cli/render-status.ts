/** Renders the state of the service for people or for programs. Pure. */
import type { RepositoryStatus, StatusTotals } from "../command/read-status.ts";
import { spellOut } from "../report/escape.ts";
import type { Colors } from "./colors.ts";
import { columnsOf, cutEnd, padTo } from "./columns.ts";

export interface StatusList {
  readonly totals: StatusTotals;
  /** Those that need a look come first. */
  readonly repositories: readonly RepositoryStatus[];
}

/** Rises when a field changes its name or meaning; further fields may come at any time. */
const JSON_VERSION = 1;
const COLUMNS_MAX = 100;
const NAME_COLUMNS_MIN = 16;
const GAP = "  ";
const HEADINGS = ["REPOSITORY", "SCANNED", "HISTORY", "WAITING", "DEAD", "GAPS"] as const;

/** One object; its fields are described in docs/command-line.md. */
export function renderStatusJson(list: StatusList): string {
  return `${JSON.stringify({ version: JSON_VERSION, ...list }, undefined, 2)}\n`;
}

/** Totals, then one line for each repository; at most 100 columns wide. */
export function renderStatusTable({ totals, repositories }: StatusList, colors: Colors): string {
  const rows = repositories.map(cellsOf);
  const widths = widthsOf(rows);
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => fitted(cell, widths[column] ?? 0))
      .join(GAP)
      .trimEnd();
  const lines = repositories.map((one, index) => {
    const line = lineOf(rows[index] ?? []);
    return isBroken(one) ? colors.red(line) : line;
  });
  const table = lines.length === 0 ? [] : [colors.bold(lineOf(HEADINGS)), ...lines, ""];
  return `${[...table, ...totalsOf(totals, repositories.length)].join("\n")}\n`;
}

/** As wide as the widest cell of each; the names give way when all do not fit. */
function widthsOf(rows: readonly (readonly string[])[]): readonly number[] {
  const [name = 0, ...others] = HEADINGS.map((heading, column) =>
    Math.max(columnsOf(heading), ...rows.map((cells) => columnsOf(cells[column] ?? ""))),
  );
  const room = others.reduce((left, width) => left - width - GAP.length, COLUMNS_MAX);
  return [Math.min(name, Math.max(NAME_COLUMNS_MIN, room)), ...others];
}

function fitted(cell: string, columns: number): string {
  return padTo(cutEnd(cell, columns), columns);
}

function cellsOf(one: RepositoryStatus): readonly string[] {
  const note = one.state === "active" ? "" : ` (${one.state})`;
  return [
    spellOut(one.repository) + note,
    one.scannedAt?.slice(0, "2026-01-01T00:00".length).replace("T", " ") ?? "never",
    historyOf(one),
    String(one.jobs.waiting + one.jobs.running),
    String(one.jobs.dead),
    gapsOf(one),
  ];
}

/** How far the reading is, where it goes on; refs become known as it goes. */
function historyOf({ history, historyRefsRead, refsKnown }: RepositoryStatus): string {
  return history === "reading" ? `${historyRefsRead} of ${refsKnown} refs` : history;
}

function gapsOf({ failedGaps, naturalGaps }: RepositoryStatus): string {
  if (failedGaps === 0) return String(naturalGaps);
  return `${naturalGaps} + ${failedGaps} to retry`;
}

function isBroken({ jobs, failedGaps, history }: RepositoryStatus): boolean {
  return jobs.dead > 0 || failedGaps > 0 || history === "failed";
}

function totalsOf(totals: StatusTotals, shownCount: number): readonly string[] {
  const { jobs, repositories, lastDeliveryAt } = totals;
  const more = repositories > shownCount ? ` (${shownCount} shown)` : "";
  return [
    `Repositories: ${repositories}${more}. Installations: ${totals.installations}, and ${totals.departedInstallations} that left.`,
    `${jobs.waiting} jobs wait, ${jobs.running} run, ${jobs.dead} failed for good.`,
    lastDeliveryAt === null
      ? "No webhook has come yet."
      : `The last webhook came at ${lastDeliveryAt}.`,
  ];
}
