/** Cuts a stream of bytes into records that end with one separator byte. */

/** Longer records are cut to this: a path or a name this long is hostile, and its start is enough. */
const RECORD_BYTES_MAX = 1_048_576;

/**
 * Yields the records of each chunk together, without their separators, so that a reader waits
 * once per chunk and not once per record. A last record without separator counts too.
 */
export async function* splitRecords(
  chunks: AsyncIterable<Buffer>,
  separator: number,
): AsyncGenerator<readonly Buffer[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const records: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(separator); end >= 0; end = chunk.indexOf(separator, start)) {
      records.push(join(rest, chunk.subarray(start, end)));
      rest = Buffer.alloc(0);
      start = end + 1;
    }
    rest = join(rest, chunk.subarray(start));
    yield records;
  }
  if (rest.length > 0) yield [rest];
}

function join(head: Buffer, tail: Buffer): Buffer {
  if (head.length === 0) return tail;
  if (head.length >= RECORD_BYTES_MAX) return head;
  return Buffer.concat([head, tail]).subarray(0, RECORD_BYTES_MAX);
}
