/** `rekeeper leaks`: the keys that leaked and are not settled yet. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { LEAKS_PER_PAGE_MAX, type Leak, type LeaksPage } from "../command/list-leaks.ts";
import { loadSettings } from "../config/load-settings.ts";
import { type Asker, openAsker } from "../control/asker.ts";
import { colorsOfOutput } from "./colors.ts";
import { type LeakList, renderLeaksJson, renderLeaksTable } from "./render-leaks.ts";

interface Options {
  readonly repository?: string;
  readonly state: "open" | "all";
  readonly limit: number;
  readonly format: "table" | "json";
}

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 10_000;

export function addLeaks(program: Command): void {
  program
    .command("leaks")
    .description("list the keys that leaked, newest first")
    .option("--repository <owner/name>", "only of this repository", parseRepository)
    .addOption(
      new Option("--state <state>", "open: neither triaged away nor proven dead")
        .choices(["open", "all"])
        .default("open"),
    )
    .option("--limit <count>", `at most so many, up to ${LIMIT_MAX}`, parseLimit, LIMIT_DEFAULT)
    .addOption(
      new Option("--format <format>", "for people or for programs")
        .choices(["table", "json"])
        .default("table"),
    )
    .action(showLeaks);
}

function parseRepository(value: string): string {
  if (/^[^/\s]+\/[^/\s]+$/.test(value)) return value;
  throw new InvalidArgumentError("It is written as owner/name.");
}

function parseLimit(value: string): number {
  const limit = Number(value);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${LIMIT_MAX}.`);
}

async function showLeaks(options: Options): Promise<void> {
  const asker = await openAsker(loadSettings());
  try {
    const list = await readLeaks(asker, options);
    process.stdout.write(
      options.format === "json" ? renderLeaksJson(list) : renderLeaksTable(list, colorsOfOutput()),
    );
  } finally {
    await asker.close();
  }
}

/** Asks page by page, so that no single answer is large. */
async function readLeaks(asker: Asker, options: Options): Promise<LeakList> {
  const { repository = null, state, limit } = options;
  const leaks: Leak[] = [];
  let page: LeaksPage;
  let before: number | null = null;
  do {
    const pageLimit = Math.min(limit - leaks.length, LEAKS_PER_PAGE_MAX);
    page = await asker.ask("leaks", { repository, state, before, limit: pageLimit });
    leaks.push(...page.leaks);
    before = page.next;
  } while (before !== null && leaks.length < limit);
  return { repository, state, total: page.total, leaks };
}
