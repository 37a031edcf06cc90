/** Reads what `git log --raw -z` prints: a header per commit, then one entry per changed path. */
import { asObjectId, isNullObjectId, type ObjectId } from "../model/ids.ts";
import { splitRecords } from "./records.ts";

/** Arguments that make git print what `readRawLog` reads. */
export const RAW_LOG_ARGS: readonly string[] = [
  // Of a merge, `-c` shows only what differs from all of its parents.
  "-c",
  "--raw",
  "-z",
  "--no-abbrev",
  "--no-renames",
  "--no-ext-diff",
  "--no-textconv",
  "--no-mailmap",
  "--topo-order",
  "--reverse",
  "--format=%H%x00%an%x00%ae%x00%ct",
];

export type LogItem = LogHeader | LogEntry;

export interface LogHeader {
  readonly kind: "header";
  readonly commit: ObjectId;
  readonly author: { readonly name: string; readonly email: string };
  readonly committedAt: Date;
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

const HEADER_FIELD_COUNT = 4;
const NUL = 0x00;
const SUBMODULE_MODE = "160000";

/** Yields the items of each chunk together, in the order of the log. */
export async function* readRawLog(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<readonly LogItem[]> {
  const takeRecord = createRecordParser();
  for await (const records of splitRecords(chunks, NUL)) {
    yield records.map(takeRecord).filter((item) => item !== undefined);
  }
}

/**
 * A header is four records, an entry is two: what changed, beginning with a colon, then the path.
 * Between header and entries git puts a line break or an empty record, which mean nothing.
 */
function createRecordParser(): (record: Buffer) => LogItem | undefined {
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
    if (header.length < HEADER_FIELD_COUNT) return undefined;
    const item = parseHeader(header);
    header = [];
    return item;
  };
}

function parseHeader([commit, name = "", email = "", seconds]: readonly string[]): LogHeader {
  const committedAt = new Date(Number(seconds) * 1_000);
  return {
    kind: "header",
    commit: asObjectId(commit),
    author: { name, email },
    // A commit may claim a time that no Date can hold.
    committedAt: Number.isNaN(committedAt.getTime()) ? new Date(0) : committedAt,
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
