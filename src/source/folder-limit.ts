/** A watch on the size of a folder while a child process writes into it. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export interface FolderLimit {
  /** Watched without its subfolders: packs lie side by side. */
  readonly folder: string;
  /** Size of the folder, not of its growth. */
  readonly bytesMax: number;
}

const POLL_MS = 100;

/** Calls `onExceeded` once when the folder is over its limit. Returns the function that ends it. */
export function watchFolder(limit: FolderLimit, onExceeded: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const look = async (): Promise<void> => {
    const bytes = await folderBytes(limit.folder);
    if (ended) return;
    if (bytes > limit.bytesMax) onExceeded();
    else schedule();
  };
  const schedule = (): void => {
    // A folder that cannot be read is one that the fetch itself is about to fail on.
    timer = setTimeout(() => look().catch(() => undefined), POLL_MS);
  };
  schedule();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

/** Bytes of the files in a folder, without its subfolders; 0 when there is no such folder. */
export async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    // A temporary pack may be renamed between the listing and the look at it.
    names.map((name) =>
      stat(join(folder, name)).then(
        (file) => file.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
