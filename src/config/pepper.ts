/** The pepper: the secret all fingerprints depend on, given by the operator or kept on disk. */
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SettingsError } from "./parse-settings.ts";

const PEPPER_BYTES = 32;

/**
 * Returns the operator's pepper, else the one in the data folder, which is made at the first start.
 *
 * @param given `REKEEPER_PEPPER`; it wins over the file.
 * @param dataDir an existing folder; the file in it is readable by its owner only.
 * @throws SettingsError when the file is there but unusable: a new pepper would make every known
 *   key look new, so none is invented in its place.
 */
export function readPepper(given: string | undefined, dataDir: string): string {
  if (given !== undefined) return given;
  const path = join(dataDir, "pepper");
  const kept = readKept(path);
  if (kept !== undefined) return kept;
  try {
    return keep(path, randomBytes(PEPPER_BYTES).toString("hex"));
  } catch (cause) {
    // Another process may have been first; its pepper is the one to use.
    const winner = readKept(path);
    if (winner !== undefined) return winner;
    throw new SettingsError([`The pepper cannot be written to ${path}: ${String(cause)}.`]);
  }
}

/** Writes aside and links into place: neither a crash nor another start ever sees half a pepper. */
function keep(path: string, pepper: string): string {
  const aside = `${path}.${process.pid}`;
  try {
    writeFileSync(aside, `${pepper}\n`, { mode: 0o600, flush: true });
    linkSync(aside, path);
    return pepper;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readKept(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new SettingsError([`The pepper in ${path} cannot be read; check its permissions.`]);
  }
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new SettingsError([
      `The pepper in ${path} is damaged: restore the file from a backup, or set REKEEPER_PEPPER.`,
    ]);
  }
  return text;
}
