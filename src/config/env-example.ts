/** Renders `.env.example` from the settings table; a test holds the committed file in step. */
import { SETTINGS, type SettingEntry } from "./settings.ts";

const HEADER = `# Settings of Rekeeper. Copy this file to .env, which \`npm start\` reads, or set them in the environment.
# Generated from src/config/settings.ts by \`npm run generate\`: change it there.
`;

export function renderEnvExample(): string {
  const lines = [HEADER];
  let group = "";
  for (const entry of SETTINGS) {
    if (entry.group !== group) {
      group = entry.group;
      lines.push(`# --- ${group} ---\n`);
    }
    lines.push(`${entryText(entry)}\n`);
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

function entryText(entry: SettingEntry): string {
  const choices = entry.choices === undefined ? "" : ` One of: ${entry.choices.join(", ")}.`;
  return `# ${entry.text}${choices}\n${entry.fallback === undefined ? `#${entry.env}=` : `#${entry.env}=${entry.fallback}`}`;
}
