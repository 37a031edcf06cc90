/** Reads from `app.yml` what the App asks of those who install it. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

export interface AppManifest {
  readonly permissions: Readonly<Record<string, "read" | "write">>;
  readonly events: readonly string[];
}

const FILE = new URL("../../app.yml", import.meta.url);

const manifest = z.object({
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
  default_events: z.array(z.string()),
});

/** Throws where the file is missing or is no manifest of an App. */
export function readManifest(): AppManifest {
  const { default_permissions, default_events } = manifest.parse(parse(readFileSync(FILE, "utf8")));
  return { permissions: { metadata: "read", ...default_permissions }, events: default_events };
}
