/** Reads blobs batch by batch: fetched into a folder, streamed out of it, deleted. */
import type { Fragment, Gap } from "../model/fragment.ts";
import type { ObjectId } from "../model/ids.ts";
import { catBlobs } from "./cat-file.ts";
import { fetchBlobs, objectFolderEnvironment } from "./fetch-blobs.ts";
import type { GitContext } from "./git-command.ts";
import { GitError } from "./git-error.ts";
import type { GitRemote } from "./git-settings.ts";
import { makeObjectFolder, removeFolder } from "./job-folder.ts";

export interface BlobLimits {
  /** A blob over this is a gap of its own. */
  readonly blobBytesMax: number;
  /** All blobs of one reading; the first one over it ends the reading with one gap. */
  readonly totalBytesMax: number;
}

interface BlobReading {
  readonly remote: GitRemote;
  readonly jobFolder: string;
  readonly ids: readonly ObjectId[];
  readonly limits: BlobLimits;
}

const BATCH_IDS_MAX = 5_000;
const PUSH_TOO_LARGE: Gap = { kind: "by-nature", reason: "push-too-large" };

/**
 * Yields a fragment or a gap for each id, until the budget of bytes is used up. One batch is on
 * the disk at a time. Throws a GitError when the remote can't be read.
 */
export async function* readBlobs(
  context: GitContext,
  reading: BlobReading,
): AsyncGenerator<Fragment | Gap> {
  let bytesLeft = reading.limits.totalBytesMax;
  for (let start = 0; start < reading.ids.length; start += BATCH_IDS_MAX) {
    const ids = reading.ids.slice(start, start + BATCH_IDS_MAX);
    for await (const item of readBatch(context, reading, ids)) {
      if ("bytes" in item) bytesLeft -= item.bytes.length;
      const next = bytesLeft < 0 ? PUSH_TOO_LARGE : item;
      yield next;
      if (next === PUSH_TOO_LARGE) return;
    }
  }
}

async function* readBatch(
  context: GitContext,
  reading: BlobReading,
  ids: readonly ObjectId[],
): AsyncGenerator<Fragment | Gap> {
  const { remote, jobFolder, limits } = reading;
  const objectFolder = await makeObjectFolder(jobFolder);
  try {
    await fetchBlobs(context, { remote, objectFolder, ids });
    const environment = objectFolderEnvironment(context, objectFolder);
    yield* catBlobs(context, environment, ids, limits.blobBytesMax);
  } catch (error) {
    if (!(error instanceof GitError) || error.kind !== "too-large") throw error;
    yield PUSH_TOO_LARGE;
  } finally {
    await removeFolder(objectFolder);
  }
}
