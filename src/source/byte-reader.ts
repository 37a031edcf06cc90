/** Reads lines and counted bytes off a stream of chunks. */

interface ByteReader {
  /** The next line without its line feed; undefined at the end of the stream. */
  readLine(): Promise<string | undefined>;
  /** The next bytes in an array of their own, so that it can be moved to another thread. */
  readBytes(count: number): Promise<Uint8Array>;
  /** Passes over bytes without keeping them. */
  skipBytes(count: number): Promise<void>;
}

const LINE_FEED = 0x0a;
/** The lines read here are an id, a type and a size. */
const LINE_BYTES_MAX = 1_024;

/** The reader throws a RangeError when the stream ends early or a line is too long. */
export function createByteReader(stream: AsyncIterable<Buffer>): ByteReader {
  const chunks = stream[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);
  /** Up to where the chunk is read: a view for each step would cost more than the step. */
  let at = 0;

  /** Refills `chunk` when it is used up; false at the end of the stream. */
  const fill = async (): Promise<boolean> => {
    while (at === chunk.length) {
      const next = await chunks.next();
      if (next.done) return false;
      chunk = next.value;
      at = 0;
    }
    return true;
  };
  /** Passes over at most so many bytes of one chunk, and returns how many there were. */
  const step = async (countMax: number): Promise<number> => {
    if (!(await fill())) throw new RangeError("stream ended before the bytes it announced");
    const count = Math.min(countMax, chunk.length - at);
    at += count;
    return count;
  };
  const takeText = (end: number): string => {
    const text = chunk.toString("latin1", at, end);
    at = end;
    return text;
  };

  return {
    async readLine() {
      let line = "";
      while (await fill()) {
        const end = chunk.indexOf(LINE_FEED, at);
        line += takeText(end < 0 ? chunk.length : end);
        if (line.length > LINE_BYTES_MAX) throw new RangeError("line longer than expected");
        if (end < 0) continue;
        at++;
        return line;
      }
      return line === "" ? undefined : line;
    },
    async readBytes(count) {
      // Not out of a pool, and not cleared first: every byte is written.
      const bytes = Buffer.allocUnsafeSlow(count);
      for (let filled = 0; filled < count; ) {
        const taken = await step(count - filled);
        bytes.set(chunk.subarray(at - taken, at), filled);
        filled += taken;
      }
      return bytes;
    },
    async skipBytes(count) {
      for (let left = count; left > 0; ) left -= await step(left);
    },
  };
}
