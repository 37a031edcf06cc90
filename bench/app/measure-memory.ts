/** What the embedded database takes alone, in a process that does nothing else. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { percentile } from "../clock.ts";

const OPENED_COUNT = 3;

/**
 * @returns bytes resident after a database that was there was opened and asked once: the middle of
 * three times, as of services, which are started again as well.
 */
export function measureDatabaseAlone(): number {
  const folder = mkdtempSync(join(tmpdir(), "rekeeper-bench-"));
  try {
    const script = join(import.meta.dirname, "database-alone.ts");
    const env = { ...process.env, MALLOC_ARENA_MAX: "2" };
    const open = (): number =>
      Number(execFileSync(process.execPath, [script, folder], { encoding: "utf8", env }));
    open();
    return percentile(Array.from({ length: OPENED_COUNT }, open), 0.5);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
