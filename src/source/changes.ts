/** Which commit of a range brought a blob to a path, with what stood there before. */
import type { Change } from "../model/change.ts";
import type { ObjectId } from "../model/ids.ts";
import { listChangesByTree } from "./changes-by-tree.ts";
import { streamGit } from "./git-child.ts";
import { type GitContext, localCall } from "./git-command.ts";
import { isOverBound } from "./git-error.ts";
import { type Range, rangeLines } from "./range.ts";
import { type LogEntry, type LogHeader, RAW_LOG_ARGS, readRawLog } from "./raw-log.ts";

const DELETED_BLOBS_MAX = 5_000;
/** A blob that is brought to more places than this is reported at the first ones. */
const CHANGES_PER_BLOB_MAX = 1_000;

/**
 * Every change of `head --not bases` that brings one of these blobs, oldest commit first. A merge
 * commit counts for what differs from all of its parents: its own resolutions and additions.
 */
export async function listChanges(
  context: GitContext,
  range: Range,
  blobs: ReadonlySet<ObjectId>,
): Promise<readonly Change[]> {
  if (blobs.size === 0) return [];
  try {
    return await readChanges(context, range, blobs);
  } catch (error) {
    if (!isOverBound(error)) throw error;
    return await listChangesByTree(context, range, blobs);
  }
}

/** Within this time git lists the changes of any commit that people make. */
const LOG_MS_MAX = 60_000;

async function readChanges(
  context: GitContext,
  range: Range,
  blobs: ReadonlySet<ObjectId>,
): Promise<readonly Change[]> {
  const collector = createCollector(blobs);
  const output = streamGit(
    localCall(context, {
      subcommand: "log",
      args: [...RAW_LOG_ARGS, "--stdin"],
      input: rangeLines(range),
      timeoutMs: LOG_MS_MAX,
    }),
  );
  for await (const items of readRawLog(output)) {
    for (const item of items) {
      if (item.kind === "header") collector.startCommit(item);
      else collector.addEntry(item);
    }
  }
  return collector.changes;
}

/** Keeps the hits alone: a commit may touch a million paths. */
function createCollector(blobs: ReadonlySet<ObjectId>) {
  const changes: Change[] = [];
  const changeCounts = new Map<ObjectId, number>();
  let header: Pick<LogHeader, "commit" | "author" | "committedAt"> | undefined;
  let deletedBlobs: ObjectId[] = [];
  return {
    changes,
    startCommit({ commit, author, committedAt }: LogHeader): void {
      header = { commit, author, committedAt };
      deletedBlobs = [];
    },
    addEntry({ path, blob, oldBlobs }: LogEntry): void {
      // The array is handed out before it is full: it ends with the last entry of its commit.
      deletedBlobs.push(...oldBlobs.slice(0, DELETED_BLOBS_MAX - deletedBlobs.length));
      if (header === undefined || blob === undefined || !blobs.has(blob)) return;
      const changeCount = (changeCounts.get(blob) ?? 0) + 1;
      changeCounts.set(blob, changeCount);
      if (changeCount > CHANGES_PER_BLOB_MAX) return;
      changes.push({ ...header, path, blob, oldBlobs, deletedBlobs });
    },
  };
}
