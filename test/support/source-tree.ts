/** Files of a folder, read as far as a limit of bytes goes, in an order that is always the same. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface SourceFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Larger ones are generated or binary. */
const FILE_BYTES_MAX = 8_000_000;

export function listSourceTree(folder: string, bytesMax: number): SourceFile[] {
  const files: SourceFile[] = [];
  let left = bytesMax;
  for (const path of listPaths(folder)) {
    const bytes = readFileSync(join(folder, path));
    if (bytes.length > FILE_BYTES_MAX) continue;
    left -= bytes.length;
    if (left < 0) break;
    files.push({ path, bytes });
  }
  return files;
}

/** Links are not followed. */
function listPaths(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}
