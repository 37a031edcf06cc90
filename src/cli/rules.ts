/** `rekeeper rules`: what is looked for, and rules of one's own. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { ImportOptions } from "./rules/perform-rules.ts";

export function addRules(program: Command): void {
  const rules = program.command("rules").description("show, check and import rules");
  rules
    .command("list")
    .description("all rules that come with Rekeeper")
    .addOption(
      new Option("--format <format>", "for people or for programs")
        .choices(["table", "json"])
        .default("table"),
    )
    .action(async ({ format }: { readonly format: "table" | "json" }) => {
      await (await perform()).listRules(format);
    });
  rules
    .command("show")
    .description("one rule: how it looks for keys, and how they are rotated")
    .argument("<id>", "id of the rule")
    .action(async (id: string) => {
      await (await perform()).showRule(id);
    });
  rules
    .command("check")
    .description("whether rules compile, and hold to their own examples")
    .argument("<file>", "a rule file, <provider>.yml, or a configuration, rekeeper.yml")
    .action(async (file: string) => {
      await (await perform()).checkRules(file);
    });
  rules
    .command("import")
    .description("convert the rules of gitleaks or betterleaks")
    .argument("<file>", "their configuration, a TOML file")
    .option("--own", "make rules.own of a rekeeper.yml instead, with the patterns as they are")
    .option("--provider <name>", "begins the ids of the rules", parseProvider, "imported")
    .option("--output <file>", "where to write it, named <provider>.yml; standard output if absent")
    .action(async (file: string, options: ImportOptions) => {
      await (await perform()).importFile(file, options);
    });
}

/** Only now: the compiler of rules takes longer to load than other commands to run. */
function perform(): Promise<typeof import("./rules/perform-rules.ts")> {
  return import("./rules/perform-rules.ts");
}

function parseProvider(value: string): string {
  if (/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(value)) return value;
  throw new InvalidArgumentError("It is written in lower case with hyphens, such as acme-corp.");
}
