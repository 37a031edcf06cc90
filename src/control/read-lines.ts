/** Cuts a stream of bytes into lines of bounded length. */

const LINE_FEED = 0x0a;

/**
 * Yields each line without its line feed; what follows the last line feed is dropped, since its
 * sender did not finish it.
 *
 * @throws RangeError as soon as a line is longer than `lineBytesMax`.
 */
export async function* readLines(
  stream: AsyncIterable<Buffer>,
  lineBytesMax: number,
): AsyncGenerator<string, void, void> {
  let pieces: Buffer[] = [];
  let pieceBytes = 0;
  for await (const chunk of stream) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      const piece = chunk.subarray(start, end < 0 ? chunk.length : end);
      pieces.push(piece);
      pieceBytes += piece.length;
      if (pieceBytes > lineBytesMax) throw new RangeError("line longer than expected");
      if (end < 0) break;
      yield Buffer.concat(pieces).toString("utf8");
      pieces = [];
      pieceBytes = 0;
      start = end + 1;
    }
  }
}
