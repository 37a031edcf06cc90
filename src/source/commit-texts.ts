/** The texts of commits themselves: their messages, and the file names that are new with them. */

import type { Gap } from "../model/fragment.ts";
import type { ObjectId } from "../model/ids.ts";
import { runGit, streamGit } from "./git-child.ts";
import { type GitContext, localCall } from "./git-command.ts";
import { isOverBound } from "./git-error.ts";
import { type Range, rangeLines } from "./range.ts";
import {
  HEADER_LOG_WITH_MESSAGES_ARGS,
  type LogHeader,
  type LogItem,
  RAW_LOG_WITH_MESSAGES_ARGS,
  readRawLog,
} from "./raw-log.ts";

export interface CommitTexts {
  readonly commit: ObjectId;
  readonly author: { readonly name: string; readonly email: string };
  readonly committedAt: Date;
  /** Subject and body, cut at 1 MiB. */
  readonly message: string;
  /** Paths that none of the commit's parents has, at most 10,000. */
  readonly newPaths: readonly string[];
}

const NEW_PATHS_MAX = 10_000;

/**
 * Time and output of the listing of names. A handful of trees can unfold to more paths than anyone
 * can list, while the messages of the same commits are read at once.
 */
const NAMES_MS_MAX = 20_000;
const NAMES_BYTES_MAX = 64 * 1_048_576;

/**
 * The texts of `head --not bases`, oldest commit first, those of one chunk of output together.
 * Names beyond a bound are a gap; the messages then come alone, some of them for a second time.
 */
export async function* listCommitTexts(
  context: GitContext,
  range: Range,
): AsyncGenerator<readonly CommitTexts[] | Gap> {
  try {
    const bounds = { timeoutMs: NAMES_MS_MAX, stdoutBytesMax: NAMES_BYTES_MAX };
    yield* readTexts(context, range, RAW_LOG_WITH_MESSAGES_ARGS, bounds);
  } catch (error) {
    if (!isOverBound(error)) throw error;
    yield { kind: "by-nature", reason: "too-many-names" };
    yield* readTexts(context, range, HEADER_LOG_WITH_MESSAGES_ARGS, {});
  }
}

async function* readTexts(
  context: GitContext,
  range: Range,
  args: readonly string[],
  bounds: { readonly timeoutMs?: number; readonly stdoutBytesMax?: number },
): AsyncGenerator<readonly CommitTexts[]> {
  const input = rangeLines(range);
  const output = streamGit(
    localCall(context, { subcommand: "log", args: [...args, "--stdin"], input, ...bounds }),
  );
  const collector = createCollector();
  for await (const items of readRawLog(output, "changes and messages")) {
    for (const item of items) collector.take(item);
    yield collector.finished();
  }
  yield collector.last();
}

/** Gathers the entries of a commit until the header of the next one. */
function createCollector() {
  let done: Draft[] = [];
  let current: Draft | undefined;
  return {
    take(item: LogItem): void {
      if (item.kind === "header") {
        if (current !== undefined) done.push(current);
        current = createDraft(item);
        return;
      }
      const isNew = item.blob !== undefined && item.oldBlobs.length === 0;
      if (isNew && current && current.newPaths.length < NEW_PATHS_MAX) {
        current.newPaths.push(item.path);
      }
    },
    finished(): readonly CommitTexts[] {
      const finished = done;
      done = [];
      return finished;
    },
    last(): readonly CommitTexts[] {
      return current === undefined ? [] : [current];
    },
  };
}

interface Draft extends CommitTexts {
  readonly newPaths: string[];
}

function createDraft({ kind: _kind, ...header }: LogHeader): Draft {
  return { ...header, newPaths: [] };
}

/** What `cat-file` ends with for an object of another type. */
const STATUS_OTHER_TYPE = 128;

/** The message of an annotated tag, its header lines left out; undefined for a commit. */
export async function findTagMessage(
  context: GitContext,
  head: ObjectId,
): Promise<string | undefined> {
  const { stdout, status } = await runGit(
    localCall(context, {
      subcommand: "cat-file",
      args: ["tag", head],
      statuses: [0, STATUS_OTHER_TYPE],
    }),
  );
  if (status !== 0) return undefined;
  const text = stdout.toString("utf8");
  return text.slice(text.indexOf("\n\n") + 2);
}
