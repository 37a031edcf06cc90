/** Which file versions something brings: the index, a range of commits, a whole history. */
import { asObjectId, type ObjectId } from "../../model/ids.ts";
import { findObjects } from "../find-objects.ts";
import { runGit, streamGit } from "../git-child.ts";
import { type GitContext, localCall } from "../git-command.ts";
import { type Range, rangeLines } from "../range.ts";
import { type LogHeader, RAW_LOG_ARGS, readRawLog } from "../raw-log.ts";

/** A path with its new version, and who brought that; what is staged has no commit yet. */
export interface LocalChange {
  readonly path: string;
  /** Undefined when the path is deleted. */
  readonly blob: ObjectId | undefined;
  /** What stood at the path before, so that its keys are not new. */
  readonly oldBlobs: readonly ObjectId[];
  readonly commit?: CommitFacts;
}

export interface CommitFacts {
  readonly id: ObjectId;
  /** As the commit claims. */
  readonly authorName: string;
  readonly committedAt: Date;
}

/** Changes of all commits of a range, oldest first, chunk by chunk. Throws a GitError. */
export function listRangeChanges(
  context: GitContext,
  range: Range,
): AsyncGenerator<readonly LocalChange[]> {
  return readChanges(context, { args: ["--stdin"], input: rangeLines(range) });
}

/** Changes of all commits that any ref leads to, oldest first. Throws a GitError. */
export function listHistoryChanges(context: GitContext): AsyncGenerator<readonly LocalChange[]> {
  return readChanges(context, { args: ["--all"] });
}

/**
 * What would be committed now, compared with the last commit. Throws a GitError.
 *
 * @param indexFile the index that git named for the running hook; its own when absent.
 */
export async function listStagedChanges(
  context: GitContext,
  indexFile?: string,
): Promise<readonly LocalChange[]> {
  const output = streamGit(
    localCall(context, {
      subcommand: "diff-index",
      args: ["--cached", "--raw", "-z", "--no-abbrev", "--no-renames", await baseOfIndex(context)],
      ...(indexFile === undefined ? {} : { environment: { GIT_INDEX_FILE: indexFile } }),
    }),
  );
  const changes: LocalChange[] = [];
  // A record with what changed, then one with the path, exactly as the log has them.
  for await (const items of readRawLog(output)) {
    for (const item of items) {
      if (item.kind !== "entry") continue;
      changes.push({ path: item.path, blob: item.blob, oldBlobs: item.oldBlobs });
    }
  }
  return changes;
}

/** The commit that a name leads to; undefined when there is none of that name. */
export async function findCommit(context: GitContext, name: string): Promise<ObjectId | undefined> {
  // The names are lines of standard input.
  if (name === "" || /[\r\n\0]/.test(name)) return undefined;
  const wanted = `${name}^{commit}`;
  return (await findObjects(context, [wanted])).get(wanted);
}

/** What the remotes had when they were last heard of. Throws a GitError. */
export async function listRemoteTips(context: GitContext): Promise<readonly ObjectId[]> {
  const { stdout } = await runGit(
    localCall(context, {
      subcommand: "for-each-ref",
      args: ["--format=%(objectname)", "refs/remotes"],
    }),
  );
  return [...new Set(stdout.toString("latin1").split("\n").filter(Boolean))].map(asObjectId);
}

async function* readChanges(
  context: GitContext,
  { args, input }: { readonly args: readonly string[]; readonly input?: Iterable<string> },
): AsyncGenerator<readonly LocalChange[]> {
  const output = streamGit(
    localCall(context, {
      subcommand: "log",
      args: [...RAW_LOG_ARGS, ...args],
      ...(input === undefined ? {} : { input }),
    }),
  );
  let commit: CommitFacts | undefined;
  for await (const items of readRawLog(output)) {
    const changes: LocalChange[] = [];
    for (const item of items) {
      if (item.kind === "header") commit = factsOf(item);
      else if (commit !== undefined) {
        changes.push({ path: item.path, blob: item.blob, oldBlobs: item.oldBlobs, commit });
      }
    }
    yield changes;
  }
}

function factsOf({ commit, author, committedAt }: LogHeader): CommitFacts {
  return { id: commit, authorName: author.name, committedAt };
}

/** In a repository without a commit the index is compared with nothing. */
async function baseOfIndex(context: GitContext): Promise<string> {
  const head = await findCommit(context, "HEAD");
  if (head !== undefined) return head;
  const { stdout } = await runGit(
    localCall(context, { subcommand: "hash-object", args: ["-t", "tree", "--stdin"] }),
  );
  return stdout.toString("latin1").trim();
}
