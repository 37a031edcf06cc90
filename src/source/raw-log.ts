/** Reads what `git log --raw -z` prints: a header per commit, then one entry per changed path. */
import { asObjectId, isNullObjectId, type ObjectId } from "../model/ids.ts";
import { splitRecords } from "./records.ts";

const HEADER_FIELDS = "%H%x00%an%x00%ae%x00%ct";
const HEADER_FIELD_COUNT = 4;

/** Arguments that make git print what `readRawLog` reads. */
export const RAW_LOG_ARGS: readonly string[] = rawLogArgs(HEADER_FIELDS);
/** The same, with the whole message of each commit. */
export const RAW_LOG_WITH_MESSAGES_ARGS: readonly string[] = rawLogArgs(`${HEADER_FIELDS}%x00%B`);

/**
 * Headers alone, for commits whose changes are more than can be listed: with `--raw` or `-c` git
 * would work them out even where `--no-patch` keeps it from printing them.
 */
export const HEADER_LOG_ARGS: readonly string[] = headerArgs(HEADER_FIELDS);
export const HEADER_LOG_WITH_MESSAGES_ARGS: readonly string[] = headerArgs(
  `${HEADER_FIELDS}%x00%B`,
);

function rawLogArgs(format: string): readonly string[] {
  return [
    // Of a merge, `-c` shows only what differs from all of its parents.
    "-c",
    "--raw",
    "--no-abbrev",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    ...commonArgs(format),
  ];
}

function headerArgs(format: string): readonly string[] {
  return ["--no-patch", ...commonArgs(format)];
}

function commonArgs(format: string): readonly string[] {
  return ["-z", "--no-mailmap", "--topo-order", "--reverse", `--format=${format}`];
}

export type LogItem = LogHeader | LogEntry;

export interface LogHeader {
  readonly kind: "header";
  readonly commit: ObjectId;
  readonly author: { readonly name: string; readonly email: string };
  readonly committedAt: Date;
  /** Empty unless it was asked for; cut at 1 MiB. */
  readonly message: string;
}

/** One path that the commit of the header before it changed. Ids are of blobs only. */
export interface LogEntry {
  readonly kind: "entry";
  /** Decoded as UTF-8; bytes that are none become U+FFFD. */
  readonly path: string;
  /** What the path holds after the commit; undefined when deleted or a submodule. */
  readonly blob: ObjectId | undefined;
  /** What the path held in those parents that had a blob there. */
  readonly oldBlobs: readonly ObjectId[];
}

const NUL = 0x00;
const SUBMODULE_MODE = "160000";

/** Yields the items of each chunk together, in the order of the log. */
export async function* readRawLog(
  chunks: AsyncIterable<Buffer>,
  content: "changes" | "changes and messages" = "changes",
): AsyncGenerator<readonly LogItem[]> {
  const takeRecord = createRecordParser(
    content === "changes" ? HEADER_FIELD_COUNT : HEADER_FIELD_COUNT + 1,
  );
  for await (const records of splitRecords(chunks, NUL)) {
    yield records.map(takeRecord).filter((item) => item !== undefined);
  }
}

/**
 * A header is a record per field, an entry is two: what changed, beginning with a colon, then the path.
 * Between header and entries git puts a line break or an empty record, which mean nothing.
 */
function createRecordParser(fieldCount: number): (record: Buffer) => LogItem | undefined {
  let header: string[] = [];
  let change: string | undefined;
  return (record) => {
    if (change !== undefined) {
      const entry = parseEntry(change, record);
      change = undefined;
      return entry;
    }
    if (header.length === 0) {
      const text = record.toString("latin1").trimStart();
      if (text.startsWith(":")) change = text;
      else if (text !== "") header = [text];
      return undefined;
    }
    header.push(record.toString("utf8"));
    if (header.length < fieldCount) return undefined;
    const item = parseHeader(header);
    header = [];
    return item;
  };
}

function parseHeader([
  commit,
  name = "",
  email = "",
  seconds,
  message = "",
]: readonly string[]): LogHeader {
  const committedAt = new Date(Number(seconds) * 1_000);
  return {
    kind: "header",
    commit: asObjectId(commit),
    author: { name, email },
    // A commit may claim a time that no Date can hold.
    committedAt: Number.isNaN(committedAt.getTime()) ? new Date(0) : committedAt,
    message,
  };
}

/** `change` is a colon per parent, then a mode per parent and the new one, then ids alike. */
function parseEntry(change: string, path: Buffer): LogEntry {
  const fields = change.split(" ");
  const parentCount = change.search(/[^:]/);
  const modes = fields.slice(0, parentCount + 1).map((mode) => mode.slice(-SUBMODULE_MODE.length));
  const ids = fields.slice(parentCount + 1, 2 * parentCount + 2);
  const blobs = ids.map((id, index) => {
    const isBlob = modes[index] !== SUBMODULE_MODE && !isNullObjectId(id);
    return isBlob ? asObjectId(id) : undefined;
  });
  return {
    kind: "entry",
    path: path.toString("utf8"),
    blob: blobs[parentCount],
    oldBlobs: blobs.slice(0, parentCount).filter((blob) => blob !== undefined),
  };
}
