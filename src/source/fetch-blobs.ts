/** Brings a batch of blobs into an object folder of its own. */
import { join } from "node:path";
import type { ObjectId } from "../model/ids.ts";
import { runGit } from "./git-child.ts";
import { type GitContext, idLines, remoteCall } from "./git-command.ts";
import type { Environment } from "./git-environment.ts";
import { GitError } from "./git-error.ts";
import type { GitRemote } from "./git-settings.ts";

interface BlobFetch {
  readonly remote: GitRemote;
  /** Takes the pack; the cache is read as its alternate and stays as it is. */
  readonly objectFolder: string;
  readonly ids: readonly ObjectId[];
}

/** Fetches for one batch; a server that lost more blobs than this leaves gaps for the rest. */
const ATTEMPTS_MAX = 40;

/**
 * Fetches as many of the ids as the remote has. One id that it refuses fails the whole request,
 * so the request is repeated without it, or in halves where the remote does not name it. What is
 * missing in the end shows when the folder is read. Throws a GitError for all other failures.
 */
export async function fetchBlobs(context: GitContext, fetch: BlobFetch): Promise<void> {
  const parts: (readonly ObjectId[])[] = [fetch.ids];
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const part = parts.pop();
    if (part === undefined) return;
    try {
      await fetchPart(context, fetch, part);
    } catch (error) {
      parts.push(...splitRefused(part, error));
    }
  }
}

/** Environment under which git writes to the folder and reads the cache as well. */
export function objectFolderEnvironment(context: GitContext, objectFolder: string): Environment {
  return {
    GIT_OBJECT_DIRECTORY: objectFolder,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: join(context.gitDir, "objects"),
  };
}

async function fetchPart(
  context: GitContext,
  fetch: BlobFetch,
  ids: readonly ObjectId[],
): Promise<void> {
  const options = ["--filter=blob:none", "--no-tags", "--no-write-fetch-head", "--quiet"];
  const call = await remoteCall(context, fetch.remote, {
    subcommand: "fetch",
    args: [...options, "--stdin", "--end-of-options", "origin"],
    // Nothing we have helps to send a blob: naming it all would cost more than the blobs.
    config: ["fetch.negotiationAlgorithm=noop"],
    input: idLines(ids),
    environment: objectFolderEnvironment(context, fetch.objectFolder),
    folderLimit: {
      folder: join(fetch.objectFolder, "pack"),
      bytesMax: context.settings.limits.packBytesMax,
    },
  });
  await runGit(call);
}

/** What of a refused request is worth asking again; rethrows what was no refusal. */
function splitRefused(ids: readonly ObjectId[], error: unknown): (readonly ObjectId[])[] {
  if (!(error instanceof GitError) || error.kind !== "not-found") throw error;
  if (error.detail?.kind !== "refused-object") throw error;
  const refused = error.detail.object;
  const others = ids.filter((id) => id !== refused);
  if (others.length < ids.length) return others.length > 0 ? [others] : [];
  const half = Math.ceil(ids.length / 2);
  return ids.length === 1 ? [] : [ids.slice(0, half), ids.slice(half)];
}
