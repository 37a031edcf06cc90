/** What a range holds: so many commits, with these blobs. */
import { asObjectId, type ObjectId } from "../model/ids.ts";
import { streamGit } from "./git-child.ts";
import { type GitContext, idLines, localCall } from "./git-command.ts";
import { splitRecords } from "./records.ts";

/** The commits of `head --not bases`. */
export interface Range {
  readonly head: ObjectId;
  /** Present in the cache, all of them. */
  readonly bases: readonly ObjectId[];
}

export interface RangeContents {
  readonly commitCount: number;
  /** Blobs that came with the range, each once. */
  readonly rangeBlobs: readonly ObjectId[];
  /** Those of them that no scanned tip leads to. */
  readonly blobsToScan: readonly ObjectId[];
  /** False when there were more than `objectsMax`: the rest is not listed. */
  readonly complete: boolean;
}

/** @param scannedTips present in the cache, all of them. */
export async function listRange(
  context: GitContext,
  range: Range,
  scannedTips: readonly ObjectId[],
): Promise<RangeContents> {
  const { commitCount, blobs: rangeBlobs, complete } = await listObjects(context, range);
  const contents = { commitCount, rangeBlobs, complete };
  const excluded = new Set([...range.bases, ...scannedTips]);
  if (rangeBlobs.length === 0 || excluded.size === new Set(range.bases).size) {
    return { ...contents, blobsToScan: rangeBlobs };
  }
  const unscanned = await listObjects(context, { head: range.head, bases: [...excluded] });
  // With more commits excluded git looks at newer trees for what is old: a blob that an older tree
  // held and the newest no longer did would come back here.
  const inRange = new Set(rangeBlobs);
  return { ...contents, blobsToScan: unscanned.blobs.filter((blob) => inRange.has(blob)) };
}

/** The range in the form that `--stdin` reads. */
export function* rangeLines(range: Range): Generator<string> {
  yield `${range.head}\n`;
  yield* idLines(range.bases, "^");
}

interface ObjectList {
  commitCount: number;
  blobs: ObjectId[];
  complete: boolean;
}

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const QUESTION_MARK = 0x3f;
const HYPHEN = 0x2d;

/**
 * Counts the commits of the range and lists its blobs in git's order. A cache holds no blobs, so
 * they are exactly the objects that rev-list finds missing; it looks into none of them and starts
 * no fetch. It leaves out what the trees of the bases hold, even of a base that no new commit
 * descends from (`aggressive`): of a rebased branch only what the rebase changed is new.
 */
async function listObjects(context: GitContext, range: Range): Promise<ObjectList> {
  const { objectsMax } = context.settings.limits;
  const list: ObjectList = { commitCount: 0, blobs: [], complete: true };
  const output = streamGit(
    localCall(context, {
      subcommand: "rev-list",
      args: ["--objects-edge-aggressive", "--missing=print", "--stdin"],
      input: rangeLines(range),
    }),
  );
  for await (const lines of splitRecords(output, LINE_FEED)) {
    for (const line of lines) {
      if (line[0] === QUESTION_MARK) {
        if (list.blobs.length >= objectsMax) return { ...list, complete: false };
        list.blobs.push(asObjectId(line.toString("latin1", 1)));
      } else if (line[0] !== HYPHEN && !line.includes(SPACE)) {
        // A commit is an id alone; trees and tags have a space and a name after it, an edge of
        // the range has a hyphen before it.
        list.commitCount += 1;
      }
    }
  }
  return list;
}
