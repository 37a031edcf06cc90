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

  /** Refills `chunk` when it is used up; false at the end of the stream. */
  const fill = async (): Promise<boolean> => {
    while (chunk.length === 0) {
      const next = await chunks.next();
      if (next.done) return false;
      chunk = next.value;
    }
    return true;
  };
  const take = async (countMax: number): Promise<Buffer> => {
    if (!(await fill())) throw new RangeError("stream ended before the bytes it announced");
    const taken = chunk.subarray(0, countMax);
    chunk = chunk.subarray(taken.length);
    return taken;
  };

  return {
    async readLine() {
      let line = "";
      while (await fill()) {
        const end = chunk.indexOf(LINE_FEED);
        line += (await take(end < 0 ? chunk.length : end)).toString("latin1");
        if (line.length > LINE_BYTES_MAX) throw new RangeError("line longer than expected");
        if (end < 0) continue;
        await take(1);
        return line;
      }
      return line === "" ? undefined : line;
    },
    async readBytes(count) {
      const bytes = new Uint8Array(count);
      for (let filled = 0; filled < count; ) {
        const part = await take(count - filled);
        bytes.set(part, filled);
        filled += part.length;
      }
      return bytes;
    },
    async skipBytes(count) {
      for (let left = count; left > 0; ) left -= (await take(left)).length;
    },
  };
}
