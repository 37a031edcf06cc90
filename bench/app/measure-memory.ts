/** What the embedded database takes alone, in a process that does nothing else. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @returns bytes resident after the database was created from its template and asked once. */
export function measureDatabaseAlone(): number {
  const folder = mkdtempSync(join(tmpdir(), "rekeeper-bench-"));
  try {
    const script = join(import.meta.dirname, "database-alone.ts");
    return Number(execFileSync(process.execPath, [script, folder], { encoding: "utf8" }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
