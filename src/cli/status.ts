/** `rekeeper status`: what was scanned, what waits, what went wrong. */
import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type RepositoryStatus,
  STATUS_PER_PAGE_MAX,
  type StatusPage,
} from "../command/read-status.ts";
import { loadSettings } from "../config/load-settings.ts";
import { type Asker, openAsker } from "../control/asker.ts";
import { colorsOfOutput } from "./colors.ts";
import { renderStatusJson, renderStatusTable, type StatusList } from "./render-status.ts";

interface Options {
  readonly limit: number;
  readonly format: "table" | "json";
}

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 10_000;

export function addStatus(program: Command): void {
  program
    .command("status")
    .description("show what was scanned, what waits, and what went wrong")
    .option(
      "--limit <count>",
      `at most so many repositories, up to ${LIMIT_MAX}`,
      parseLimit,
      LIMIT_DEFAULT,
    )
    .addOption(
      new Option("--format <format>", "for people or for programs")
        .choices(["table", "json"])
        .default("table"),
    )
    .action(showStatus);
}

function parseLimit(value: string): number {
  const limit = Number(value);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${LIMIT_MAX}.`);
}

async function showStatus({ limit, format }: Options): Promise<void> {
  const asker = await openAsker(loadSettings());
  try {
    const list = await readAll(asker, limit);
    const text =
      format === "json" ? renderStatusJson(list) : renderStatusTable(list, colorsOfOutput());
    process.stdout.write(text);
  } finally {
    await asker.close();
  }
}

/** Those that need a look come first, so all are read before the list is cut. */
async function readAll(asker: Asker, limit: number): Promise<StatusList> {
  const repositories: RepositoryStatus[] = [];
  let page: StatusPage;
  let after: number | null = 0;
  do {
    page = await asker.ask("status", { after, limit: STATUS_PER_PAGE_MAX });
    repositories.push(...page.repositories);
    after = page.next;
  } while (after !== null && repositories.length < LIMIT_MAX);
  repositories.sort(
    (a, b) => needOf(b) - needOf(a) || a.repository.localeCompare(b.repository, "en"),
  );
  return { totals: page.totals, repositories: repositories.slice(0, limit) };
}

/** The higher, the more somebody should look at it. */
function needOf({ jobs, failedGaps, history }: RepositoryStatus): number {
  if (jobs.dead > 0 || history === "failed") return 3;
  if (failedGaps > 0) return 2;
  return jobs.waiting + jobs.running > 0 ? 1 : 0;
}
