/** `rekeeper doctor`: whether everything that the service needs is as it should be. */
import { type Command, Option } from "commander";
import type { Diagnosis, DiagnosisLevel } from "../command/doctor/diagnosis.ts";
import type { StatusTotals } from "../command/read-status.ts";
import { loadSettings } from "../config/load-settings.ts";
import type { Config } from "../config/parse-settings.ts";
import { openAsker } from "../control/asker.ts";
import { spellOut } from "../report/escape.ts";
import { type Colors, colorsOfOutput } from "./colors.ts";

const EXIT_PROBLEM = 1;
const JSON_VERSION = 1;

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("look for what is missing or wrong: settings, GitHub, git, disk, clock")
    .addOption(
      new Option("--format <format>", "for people or for programs")
        .choices(["text", "json"])
        .default("text"),
    )
    .action(runDoctor);
}

async function runDoctor({ format }: { readonly format: "text" | "json" }): Promise<void> {
  const config = loadSettings();
  // Much is loaded to ask GitHub, which no other command needs.
  const { examine } = await import("../command/doctor/examine.ts");
  const colors = colorsOfOutput();
  const found: Diagnosis[] = [];
  const readTotals = () => askTotals(config);
  for await (const diagnosis of examine({ config, readTotals, now: () => new Date() })) {
    found.push(diagnosis);
    if (format === "text") process.stdout.write(renderDiagnosis(diagnosis, colors));
  }
  if (format === "json") {
    const text = JSON.stringify({ version: JSON_VERSION, diagnoses: found }, undefined, 2);
    process.stdout.write(`${text}\n`);
  }
  if (found.some(({ level }) => level === "problem")) process.exitCode = EXIT_PROBLEM;
}

async function askTotals(config: Config): Promise<StatusTotals> {
  const asker = await openAsker(config);
  try {
    return (await asker.ask("status", { after: 0, limit: 1 })).totals;
  } finally {
    await asker.close();
  }
}

/** What was found, and below it what to do; what is to be copied stands at the line's start. */
function renderDiagnosis({ about, level, text, advice, paste }: Diagnosis, colors: Colors): string {
  const marks: Readonly<Record<DiagnosisLevel, string>> = {
    ok: colors.green("ok     "),
    warning: colors.yellow("warning"),
    problem: colors.red("problem"),
  };
  const lines = [`${marks[level]}  ${spellOut(about)}: ${spellOut(text)}`];
  if (advice !== undefined) lines.push(`         ${spellOut(advice)}`);
  if (paste !== undefined) lines.push("", paste, "");
  return `${lines.join("\n")}\n`;
}
