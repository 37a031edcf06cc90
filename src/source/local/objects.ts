/** Everything that the refs of a local repository lead to, each object once. */
import { asObjectId, type ObjectId } from "../../model/ids.ts";
import { streamGit } from "../git-child.ts";
import { type GitContext, localCall } from "../git-command.ts";
import { splitRecords } from "../records.ts";

export interface LocalObjects {
  readonly commits: readonly ObjectId[];
  /** Annotated tags. */
  readonly tags: readonly ObjectId[];
  readonly blobs: readonly ObjectId[];
  /** Blobs that a partial clone has not fetched. */
  readonly missing: readonly ObjectId[];
  /** False when there were more than `objectsMax`: the rest is not listed. */
  readonly complete: boolean;
}

const LINE_FEED = 0x0a;
const QUESTION_MARK = 0x3f;

/** Lists the objects of all refs, including stashes and notes. Throws a GitError. */
export async function listLocalObjects(context: GitContext): Promise<LocalObjects> {
  const tags = await listLines(context, [
    "for-each-ref",
    ["--format=%(if:equals=tag)%(objecttype)%(then)%(objectname)%(end)", "refs/tags"],
  ]);
  const commits = await listLines(context, ["rev-list", ["--all"]]);
  // Trees are walked by git and not named, and the commits are known already.
  const objects = await listLines(context, [
    "rev-list",
    [
      "--objects",
      "--no-object-names",
      "--filter=object:type=blob",
      "--filter-provided-objects",
      "--missing=print",
      "--all",
    ],
  ]);
  return {
    commits: commits.ids,
    tags: tags.ids,
    blobs: objects.ids,
    missing: objects.missing,
    complete: tags.complete && commits.complete && objects.complete,
  };
}

interface Lines {
  readonly ids: readonly ObjectId[];
  readonly missing: readonly ObjectId[];
  readonly complete: boolean;
}

async function listLines(
  context: GitContext,
  [subcommand, args]: readonly [string, readonly string[]],
): Promise<Lines> {
  const { objectsMax } = context.settings.limits;
  const ids: ObjectId[] = [];
  const missing: ObjectId[] = [];
  const output = streamGit(localCall(context, { subcommand, args }));
  for await (const lines of splitRecords(output, LINE_FEED)) {
    for (const line of lines) {
      if (line.length === 0) continue;
      if (ids.length + missing.length >= objectsMax) return { ids, missing, complete: false };
      if (line[0] === QUESTION_MARK) missing.push(asObjectId(line.toString("latin1", 1)));
      else ids.push(asObjectId(line.toString("latin1")));
    }
  }
  return { ids, missing, complete: true };
}
