/** One walk over the objects of a range: what came with it, what it holds, who brought it. */

import type { Change } from "../model/change.ts";
import type { Fragment, Gap } from "../model/fragment.ts";
import type { ObjectId } from "../model/ids.ts";
import { isAncestor, listMergeBases } from "./ancestry.ts";
import { listChanges } from "./changes.ts";
import { type CommitTexts, findTagMessage, listCommitTexts } from "./commit-texts.ts";
import type { GitContext } from "./git-command.ts";
import type { GitRemote } from "./git-settings.ts";
import { removeFolder } from "./job-folder.ts";
import type { Range, RangeContents } from "./range.ts";
import { type BlobLimits, readBlobs } from "./read-blobs.ts";
import { findInTree } from "./tree.ts";

/** Close it when done, whatever happened: its folder holds what the repository holds. */
export interface Walk {
  /** As asked for: a commit, or an annotated tag. */
  readonly head: ObjectId;
  /** Commits of the range. */
  readonly commitCount: number;
  /** Blobs that came with the range, each once. */
  readonly rangeBlobs: readonly ObjectId[];
  /** Those of them that no scanned tip leads to. */
  readonly blobsToScan: readonly ObjectId[];
  /** True when only the newest commits could be fetched: what is older looks new. */
  readonly shallow: boolean;
  /**
   * True when scanned tips lead to all that the bases lead to: once this walk is scanned as well,
   * so is everything that its head leads to.
   */
  readonly basesAreScanned: boolean;
  /** Bases that neither cache nor remote has; the range is larger for want of them. */
  readonly missingBases: readonly ObjectId[];
  /** The tip of a fetched ref; undefined when the remote does not have it. */
  tipOf(ref: string): ObjectId | undefined;
  /**
   * The contents of `blobsToScan`, each a fragment or a gap, in batches of 5,000 as the reader
   * takes them. Over the total it ends with one gap. Throws a GitError when the remote fails.
   */
  fragments(limits: BlobLimits): AsyncIterable<Fragment | Gap>;
  /** The contents of further blobs, alike; one request for each call, so ask for many at once. */
  readBlobs(ids: readonly ObjectId[], limits: BlobLimits): AsyncIterable<Fragment | Gap>;
  /** Every (commit, path) of the range that brings one of these blobs, oldest first. */
  changes(blobs: ReadonlySet<ObjectId>): Promise<readonly Change[]>;
  /** Messages and new file names of every commit of the range, oldest first, chunk by chunk. */
  texts(): AsyncIterable<readonly CommitTexts[] | Gap>;
  /** The message of the head where that is an annotated tag; undefined where it is a commit. */
  tagMessage(): Promise<string | undefined>;
  /** Those of the blobs that the commit's tree holds, each with the first path it stands at. */
  treeHolds(commit: ObjectId, blobs: ReadonlySet<ObjectId>): Promise<ReadonlyMap<ObjectId, string>>;
  /** Both commits must be fetched; wrong where the history between them is shallow. */
  isAncestor(ancestor: ObjectId, descendant: ObjectId): Promise<boolean>;
  /** Best common ancestors: none for unrelated histories, rarely several. */
  mergeBases(one: ObjectId, other: ObjectId): Promise<readonly ObjectId[]>;
  /** Deletes the job's folder. May be called again. */
  close(): Promise<void>;
}

/** What was found out before a walk could be handed out. */
export interface WalkStart extends RangeContents {
  readonly context: GitContext;
  readonly remote: GitRemote;
  readonly range: Range;
  readonly shallow: boolean;
  readonly basesAreScanned: boolean;
  readonly missingBases: readonly ObjectId[];
  readonly tips: ReadonlyMap<string, ObjectId>;
  readonly jobFolder: string;
}

/** @param afterwards runs at the end of the first `close`. */
export function makeWalk(start: WalkStart, afterwards: () => Promise<void>): Walk {
  const { context, remote, range, tips, jobFolder } = start;
  const { commitCount, rangeBlobs, blobsToScan, shallow, missingBases, basesAreScanned } = start;
  let closed = false;
  return {
    head: range.head,
    commitCount,
    rangeBlobs,
    blobsToScan,
    shallow,
    basesAreScanned,
    missingBases,
    tipOf: (ref) => tips.get(ref),
    async *fragments(limits) {
      yield* readBlobs(context, { remote, jobFolder, ids: blobsToScan, limits });
      if (!start.complete) yield { kind: "by-nature", reason: "too-many-objects" };
    },
    readBlobs: (ids, limits) => readBlobs(context, { remote, jobFolder, ids, limits }),
    changes: (blobs) => listChanges(context, range, blobs),
    texts: () => listCommitTexts(context, range),
    tagMessage: () => findTagMessage(context, range.head),
    treeHolds: (commit, blobs) => findInTree(context, commit, blobs),
    isAncestor: (ancestor, descendant) => isAncestor(context, { ancestor, descendant }),
    mergeBases: (one, other) => listMergeBases(context, one, other),
    async close() {
      if (closed) return;
      closed = true;
      await removeFolder(jobFolder);
      await afterwards();
    },
  };
}
