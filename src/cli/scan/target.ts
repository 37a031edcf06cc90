/** What can be scanned, and how each of it is read. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { NO_OBJECT, type ObjectId } from "../../model/ids.ts";
import type { GitContext } from "../../source/git-command.ts";
import { GitError } from "../../source/git-error.ts";
import {
  findCommit,
  listRangeChanges,
  listRemoteTips,
  listStagedChanges,
} from "../../source/local/changes.ts";
import { findGitDir, openLocally } from "../../source/local/repository.ts";
import type { Range } from "../../source/range.ts";
import { UsageError } from "../usage-error.ts";
import type { Engine, Piece } from "./engine.ts";
import type { Scanned } from "./item.ts";
import { withNames } from "./names.ts";
import type { Progress } from "./progress.ts";
import { scanChanges } from "./read-changes.ts";
import { scanDiff } from "./read-diff.ts";
import { readPath } from "./read-folder.ts";
import { scanHistory } from "./read-history.ts";
import { readAll } from "./read-stdin.ts";

export type Target =
  | { readonly kind: "paths"; readonly paths: readonly string[] }
  | { readonly kind: "stdin" }
  /** A unified diff on standard input. */
  | { readonly kind: "diff" }
  | { readonly kind: "history"; readonly folder: string }
  | { readonly kind: "staged"; readonly folder: string }
  /** Without a range: what no remote has yet. */
  | { readonly kind: "range"; readonly folder: string; readonly range: string | undefined };

export interface TargetReading {
  readonly engine: Engine;
  readonly fileBytesMax: number;
  readonly isExcluded: (path: string) => boolean;
  readonly stdin: AsyncIterable<Buffer>;
  /** `PATH`, where git is looked for. */
  readonly searchPath: string;
  /** The index that git names to the hook it runs. */
  readonly indexFile: string | undefined;
  readonly progress: Progress;
  /** Blobs of a repository whose place is of interest though they hold nothing. */
  readonly listLookedAt: () => Iterable<ObjectId>;
  readonly signal: AbortSignal;
  /** Tells the user something that is no part of the report. */
  readonly warn: (sentence: string) => void;
}

/** @throws UsageError when the target is not there; the signal's reason. */
export async function scanTarget(target: Target, reading: TargetReading): Promise<Scanned> {
  const { engine, fileBytesMax, isExcluded } = reading;
  switch (target.kind) {
    case "paths":
      return await engine.scanAll(withNames(readPaths(target.paths, reading)));
    case "stdin":
    case "diff": {
      const bytes = await readAll(reading.stdin, fileBytesMax);
      if (bytes === undefined) return TOO_LARGE;
      if (target.kind === "diff") {
        return await scanDiff(engine, new TextDecoder().decode(bytes), isExcluded);
      }
      return await engine.scanAll([{ origin: { kind: "text" }, blob: NO_OBJECT, bytes }]);
    }
    default:
      return await scanRepository(target, reading);
  }
}

const TOO_LARGE: Scanned = {
  hits: [],
  skipped: [{ origin: { kind: "text" }, gap: { kind: "by-nature", reason: "blob-too-large" } }],
};

function* readPaths(paths: readonly string[], reading: TargetReading): Generator<Piece> {
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) throw new UsageError(`There is no ${missing}: check the path.`);
  for (const path of paths) yield* readPath(path, reading);
}

type RepositoryTarget = Extract<Target, { readonly folder: string }>;

/** A repository that git cannot read to its end is a gap. */
async function scanRepository(target: RepositoryTarget, reading: TargetReading): Promise<Scanned> {
  const { searchPath, signal, warn } = reading;
  const gitDir = findGitDir(target.folder);
  if (gitDir === undefined) {
    throw new UsageError(`${target.folder} is in no git repository: name a folder that is.`);
  }
  const context = openLocally({ gitDir, searchPath, signal });
  try {
    return await scanObjects(target, context, reading);
  } catch (cause) {
    if (!(cause instanceof GitError)) throw cause;
    warn(cause.message);
    const gap = { kind: "failed", reason: "git-failed" } as const;
    return { hits: [], skipped: [{ origin: { kind: "file" }, gap }] };
  }
}

async function scanObjects(
  target: RepositoryTarget,
  context: GitContext,
  reading: TargetReading,
): Promise<Scanned> {
  const { engine } = reading;
  switch (target.kind) {
    case "history":
      return await scanHistory(context, engine, reading);
    case "staged": {
      const { indexFile } = reading;
      const staged = await listStagedChanges(context, indexFile && resolve(indexFile));
      const listChanges = async function* () {
        yield staged;
      };
      return await scanChanges(context, engine, { ...reading, listChanges });
    }
    case "range": {
      const range = await resolveRange(context, target.range);
      const listChanges = () => listRangeChanges(context, range);
      return await scanChanges(context, engine, { ...reading, listChanges });
    }
  }
}

/** `A..B`, `A...B` (the same commits of B), or `A` for `A..HEAD`; a side left out is HEAD. */
async function resolveRange(context: GitContext, text: string | undefined): Promise<Range> {
  const [base, head = ""] = text?.split(/\.{2,3}/) ?? [];
  const headId = await findCommit(context, head || "HEAD");
  const bases =
    base === undefined
      ? await listRemoteTips(context)
      : [await findCommit(context, base || "HEAD")].filter((id) => id !== undefined);
  const isFound = headId !== undefined && (base === undefined || bases.length > 0);
  if (isFound) return { head: headId, bases };
  throw new UsageError(
    text === undefined
      ? "There is no commit yet: scan what is staged with --staged."
      : `${text} is no range of commits here: name one, as in --diff origin/main..HEAD, and fetch enough history for it.`,
  );
}
