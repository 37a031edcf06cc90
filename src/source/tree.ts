/** Which blobs the tree of one commit holds. */
import { asObjectId, type ObjectId } from "../model/ids.ts";
import { runGit, streamGit } from "./git-child.ts";
import { type GitContext, localCall } from "./git-command.ts";
import { isOverBound } from "./git-error.ts";
import { splitRecords } from "./records.ts";
import { searchTrees } from "./tree-search.ts";

const NUL = 0x00;
const ENTRY = /^\d{6} blob ([0-9a-f]{40,64})\t/;

/** Those of the blobs that the commit's tree holds, each with the first path it stands at. */
export async function findInTree(
  context: GitContext,
  commit: ObjectId,
  blobs: ReadonlySet<ObjectId>,
): Promise<ReadonlyMap<ObjectId, string>> {
  if (blobs.size === 0) return new Map();
  try {
    return await listTree(context, commit, blobs);
  } catch (error) {
    if (!isOverBound(error)) throw error;
    const root = await treeOf(context, commit);
    return (await searchTrees(context, [root], blobs))(root);
  }
}

async function treeOf(context: GitContext, commit: ObjectId): Promise<ObjectId> {
  const { stdout } = await runGit(
    localCall(context, {
      subcommand: "rev-parse",
      args: ["--verify", "--end-of-options", `${commit}^{tree}`],
    }),
  );
  return asObjectId(stdout.toString("latin1").trimEnd());
}

/** A tree of a million files takes a few seconds and about 100 MB. */
const LIST_MS_MAX = 20_000;
const LIST_BYTES_MAX = 256 * 1_048_576;

async function listTree(
  context: GitContext,
  commit: ObjectId,
  blobs: ReadonlySet<ObjectId>,
): Promise<ReadonlyMap<ObjectId, string>> {
  const paths = new Map<ObjectId, string>();
  const output = streamGit(
    localCall(context, {
      subcommand: "ls-tree",
      args: ["-r", "-z", "--full-tree", "--end-of-options", commit],
      timeoutMs: LIST_MS_MAX,
      stdoutBytesMax: LIST_BYTES_MAX,
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
