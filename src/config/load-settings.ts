/** Reads the settings of this process: its environment, and `.env` for what that leaves open. */
import { existsSync } from "node:fs";
import { type Config, parseSettings } from "./parse-settings.ts";

const ENV_FILE = ".env";

/**
 * Values of the environment win over those of the `.env` in the working folder.
 *
 * @throws SettingsError naming every problem and what to do about it.
 */
export function loadSettings(): Config {
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);
  return parseSettings(process.env);
}
