/** Answers from the database itself, for when no service runs on it. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../command/command-error.ts";
import type { Config } from "../config/parse-settings.ts";
import { readPepper } from "../config/pepper.ts";
import { openDatabase } from "../db/open.ts";
import type { Asker } from "./asker.ts";
import { COMMANDS } from "./commands.ts";

/**
 * @throws FolderLockedError while another process has the data folder.
 * @throws CommandError when there is no database in it, or it is another user's.
 */
export async function openLocally(config: Config): Promise<Asker> {
  if (config.databaseUrl === undefined) checkFolder(config.dataDir);
  const database = await openDatabase({
    ...(config.databaseUrl !== undefined && { databaseUrl: config.databaseUrl }),
    dataDir: config.dataDir,
  });
  const parts = {
    database,
    db: database.db,
    dataDir: config.dataDir,
    readPepper: () => readPepper(config.pepper, config.dataDir),
    webUrl: config.github.webUrl,
    issuesMax: config.issuesMax,
    now: () => new Date(),
  };
  return {
    ask: (name, input) => COMMANDS[name].run(parts, input),
    close: () => database.close(),
  };
}

/** A question creates no database; and files that root adds to one would stop its service. */
function checkFolder(dataDir: string): void {
  const folder = join(dataDir, "database");
  if (!existsSync(folder)) {
    throw new CommandError(
      `There is no database in ${dataDir}: start the service once, or set REKEEPER_DATA_DIR to its data folder.`,
    );
  }
  const { uid } = statSync(folder);
  if (process.getuid !== undefined && uid !== process.getuid()) {
    throw new CommandError(
      `The database in ${dataDir} belongs to user ${uid}: run the command as that user.`,
    );
  }
}
