/** The messages of commits and annotated tags, read as the objects they stand in. */
import type { Fragment, Gap } from "../../model/fragment.ts";
import type { ObjectId } from "../../model/ids.ts";
import { catBlobs } from "../cat-file.ts";
import type { GitContext } from "../git-command.ts";

const LINE_FEED = 0x0a;
/** A message this long is no message; the rest of such an object is a gap. */
const OBJECT_BYTES_MAX = 1_048_576;

/** Yields the message of each object, without its header lines, or a gap. Throws a GitError. */
export async function* catMessages(
  context: GitContext,
  ids: readonly ObjectId[],
): AsyncGenerator<Fragment | Gap> {
  for await (const item of catBlobs(context, {}, ids, OBJECT_BYTES_MAX)) {
    yield "bytes" in item ? { blob: item.blob, bytes: messageOf(item.bytes) } : item;
  }
}

/** What follows the first empty line: signatures stand in front of it. */
function messageOf(object: Uint8Array): Uint8Array {
  let from = 0;
  for (;;) {
    const end = object.indexOf(LINE_FEED, from);
    if (end < 0) return object.subarray(object.length);
    if (object[end + 1] === LINE_FEED) return object.subarray(end + 2);
    from = end + 1;
  }
}
