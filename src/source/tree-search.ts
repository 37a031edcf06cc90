/**
 * Finds blobs in trees that unfold to more paths than git can list: each tree is read once, however
 * often it stands in others, and of each blob the first path is kept.
 */
import { asObjectId, type ObjectId } from "../model/ids.ts";
import { catBlobs } from "./cat-file.ts";
import type { GitContext } from "./git-command.ts";
import { GitError, STOPPED } from "./git-error.ts";

/** Trees of one search; their entries are kept as long as it lasts. */
const TREES_MAX = 200_000;
/** Folders within folders; real ones have a few dozen at most. */
const DEPTH_MAX = 1_000;
const TREE_BYTES_MAX = 64 * 1_048_576;

/** By the id of a root tree the wanted blobs in it, each with its first path. */
export type BlobPaths = ReadonlyMap<ObjectId, string>;

/** @throws GitError `too-large` beyond 200,000 trees or a depth of 1,000. */
export async function searchTrees(
  context: GitContext,
  roots: readonly ObjectId[],
  wanted: ReadonlySet<ObjectId>,
): Promise<(root: ObjectId) => BlobPaths> {
  const trees = new Map<ObjectId, Tree>();
  let level = [...new Set(roots)];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH_MAX || trees.size + level.length > TREES_MAX) {
      throw new GitError("cat-file", STOPPED["too-large"]);
    }
    for await (const item of catBlobs(context, {}, level, TREE_BYTES_MAX)) {
      if ("bytes" in item)
        trees.set(item.blob, parseTree(item.bytes, item.blob.length / 2, wanted));
    }
    const children = level.flatMap((id) => trees.get(id)?.folders.map((folder) => folder.id) ?? []);
    level = [...new Set(children)].filter((id) => !trees.has(id));
  }
  return createFinder(trees);
}

interface Entry {
  readonly id: ObjectId;
  readonly name: string;
}

interface Tree {
  readonly folders: readonly Entry[];
  /** Wanted ones only. */
  readonly blobs: readonly Entry[];
}

const SPACE = 0x20;
const NUL = 0x00;
const FOLDER_MODE = "40000";

/** An entry is its mode, a space, its name, a NUL and the id's bytes (git's documentation of trees). */
function parseTree(bytes: Uint8Array, idBytes: number, wanted: ReadonlySet<ObjectId>): Tree {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const folders: Entry[] = [];
  const blobs: Entry[] = [];
  for (let at = 0; at < buffer.length; ) {
    const nameStart = buffer.indexOf(SPACE, at) + 1;
    const nameEnd = buffer.indexOf(NUL, nameStart);
    if (nameStart === 0 || nameEnd < 0) break;
    const mode = buffer.toString("latin1", at, nameStart - 1);
    at = nameEnd + 1 + idBytes;
    const id = asObjectId(buffer.toString("hex", nameEnd + 1, at));
    const name = buffer.toString("utf8", nameStart, nameEnd);
    if (mode === FOLDER_MODE) folders.push({ id, name });
    else if (wanted.has(id)) blobs.push({ id, name });
  }
  return { folders, blobs };
}

function createFinder(trees: ReadonlyMap<ObjectId, Tree>): (root: ObjectId) => BlobPaths {
  const found = new Map<ObjectId, BlobPaths>();
  const find = (id: ObjectId): BlobPaths => {
    const known = found.get(id);
    if (known !== undefined) return known;
    const { blobs = [], folders = [] } = trees.get(id) ?? {};
    const inFolders = folders.flatMap((folder) =>
      [...find(folder.id)].map(([blob, path]) => [blob, `${folder.name}/${path}`] as const),
    );
    const own = blobs.map((blob) => [blob.id, blob.name] as const);
    // Of two entries for a key a map keeps the last: from the end, that is the first path.
    const paths = new Map([...own, ...inFolders].toReversed());
    found.set(id, paths);
    return paths;
  };
  return find;
}
