/** `rekeeper backup` and `rekeeper restore`: everything that is remembered, in one file. */
import { constants, copyFile, rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { readBackup } from "../command/backup-file.ts";
import { CommandError } from "../command/command-error.ts";
import { loadSettings } from "../config/load-settings.ts";
import { openAsker } from "../control/asker.ts";

export function addBackup(program: Command): void {
  program
    .command("backup")
    .description("write the database and the pepper to a new file, while the service runs or not")
    .argument("<file>", "where to; it must not be there yet")
    .action(backUp);
  program
    .command("restore")
    .description("bring back what a backup holds, into an empty data folder")
    .argument("<file>", "what `rekeeper backup` wrote")
    .action(restore);
}

async function backUp(file: string): Promise<void> {
  const path = resolve(file);
  const asker = await openAsker(loadSettings());
  try {
    const made = await asker.ask("backup", {});
    try {
      await takeOver(made.path, path);
    } finally {
      await rm(made.path, { force: true });
    }
    const size = `${Math.ceil(made.bytes / 1_000)} kB`;
    process.stdout.write(made.holds === "pepper" ? pepperText(path) : databaseText(path, size));
  } finally {
    await asker.close();
  }
}

/** Reads the copy once more: a backup that is damaged is none. */
async function takeOver(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CommandError(
      code === "EEXIST"
        ? `${to} is there already: name a new file.`
        : `${to} cannot be written (${code}): check the folder and the room on its disk.`,
      { cause },
    );
  }
  await readBackup(to);
}

function databaseText(path: string, size: string): string {
  return `${path} holds the database and the pepper (${size}). Keep it as safe as a key: who has it can tell which keys leaked.\n`;
}

function pepperText(path: string): string {
  return `${path} holds the pepper alone, since PostgreSQL has the database. Back that up beside it, for example with:

  pg_dump --format=custom --file=rekeeper.dump "$DATABASE_URL"

After pg_restore, \`rekeeper restore\` of this file tells whether the two fit.
`;
}

async function restore(file: string): Promise<void> {
  const config = loadSettings();
  const { restoreBackup } = await import("../command/restore-backup.ts");
  const { createdAt, pepperPath } = await restoreBackup(config, resolve(file));
  const text =
    config.databaseUrl === undefined
      ? `Restored the backup of ${createdAt} into ${config.dataDir}.`
      : `The pepper of the backup of ${createdAt} is that of this database.`;
  const next =
    pepperPath === null
      ? ""
      : ` Its pepper was set by REKEEPER_PEPPER: set it again, from ${pepperPath}, before you start the service.`;
  process.stdout.write(`${text}${next}\n`);
}
