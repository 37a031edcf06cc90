/** `rekeeper migrate`: from the embedded database to PostgreSQL. */
import { type Command, InvalidArgumentError } from "commander";
import { loadSettings } from "../config/load-settings.ts";

export function addMigrate(program: Command): void {
  program
    .command("migrate")
    .description(
      "move everything from the embedded database to PostgreSQL; stop the service before",
    )
    .requiredOption("--to <url>", "an empty database: postgres://USER@HOST/NAME", parseUrl)
    .action(migrate);
}

function parseUrl(value: string): string {
  if (/^postgres(?:ql)?:\/\/./.test(value)) return value;
  throw new InvalidArgumentError("It begins with postgres:// or postgresql://.");
}

async function migrate({ to }: { readonly to: string }): Promise<void> {
  const config = loadSettings();
  const { moveDatabase } = await import("../command/move-database.ts");
  const moved = await moveDatabase(config, to);
  const lines = moved
    .filter(({ rows }) => rows > 0)
    .map(({ table, rows }) => `  ${table}: ${rows}`);
  const pepper =
    config.pepper === undefined
      ? `, and REKEEPER_PEPPER to the content of ${config.dataDir}/pepper`
      : "";
  process.stdout.write(`Moved, and counted on both sides:
${lines.join("\n")}

Set DATABASE_URL to that database${pepper}, then start the service. ${config.dataDir}/database
is as it was: remove it once all is well. The git caches stay in use.
`);
}
