/** A process of its own that takes folder locks when it is told to; forked by the lock's test. */
import { type FolderLock, FolderLockedError, lockFolder } from "../../src/lib/folder-lock.ts";

export type LockOrder = { readonly take: string } | { readonly release: string };

const held = new Map<string, FolderLock>();

process.on("message", (order: LockOrder) => process.send?.(answer(order)));
process.on("disconnect", () => process.exit());
process.send?.("ready");

function answer(order: LockOrder): string {
  if ("release" in order) {
    held.get(order.release)?.release();
    return "released";
  }
  try {
    held.set(order.take, lockFolder(order.take));
    return "taken";
  } catch (cause) {
    return cause instanceof FolderLockedError ? "refused" : String(cause);
  }
}
