/** Which blobs the tree of one commit holds. */
import { asObjectId, type ObjectId } from "../model/ids.ts";
import { streamGit } from "./git-child.ts";
import { type GitContext, localCall } from "./git-command.ts";
import { splitRecords } from "./records.ts";

const NUL = 0x00;
const ENTRY = /^\d{6} blob ([0-9a-f]{40,64})\t/;

/** Those of the blobs that the commit's tree holds, each with the first path it stands at. */
export async function findInTree(
  context: GitContext,
  commit: ObjectId,
  blobs: ReadonlySet<ObjectId>,
): Promise<ReadonlyMap<ObjectId, string>> {
  const paths = new Map<ObjectId, string>();
  if (blobs.size === 0) return paths;
  const output = streamGit(
    localCall(context, {
      subcommand: "ls-tree",
      args: ["-r", "-z", "--full-tree", "--end-of-options", commit],
    }),
  );
  for await (const entries of splitRecords(output, NUL)) {
    for (const entry of entries) {
      const start = ENTRY.exec(entry.toString("latin1", 0, ENTRY_START_BYTES_MAX));
      if (start?.[1] === undefined) continue;
      const blob = asObjectId(start[1]);
      if (!blobs.has(blob) || paths.has(blob)) continue;
      paths.set(blob, entry.toString("utf8", start[0].length));
    }
    if (paths.size === blobs.size) break;
  }
  return paths;
}

/** Mode, type, the longer kind of id, and what stands between them. */
const ENTRY_START_BYTES_MAX = 77;
