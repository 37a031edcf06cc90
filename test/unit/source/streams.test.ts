/** Records, bytes and log entries come out alike, wherever the pipe cuts its chunks. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createByteReader } from "../../../src/source/byte-reader.ts";
import { type LogItem, readRawLog } from "../../../src/source/raw-log.ts";
import { splitRecords } from "../../../src/source/records.ts";

async function* chunked(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let start = 0, index = 0; start < bytes.length; index += 1) {
    const size = Math.max(1, sizes[index % sizes.length] ?? 1);
    yield bytes.subarray(start, start + size);
    start += size;
  }
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const CHUNK_SIZES = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe("records", () => {
  it("are what stands between the separators", async () => {
    const texts = fc.array(fc.string({ maxLength: 12 }).map((text) => text.replaceAll("\0", "")));
    await fc.assert(
      fc.asyncProperty(texts, CHUNK_SIZES, async (records, sizes) => {
        const bytes = Buffer.from(records.map((record) => `${record}\0`).join(""));
        const batches = await collect(splitRecords(chunked(bytes, sizes), 0));
        expect(batches.flat().map(String)).toEqual(records);
      }),
      { numRuns: 200 },
    );
  });

  it("count at the end without a separator, too", async () => {
    const batches = await collect(splitRecords(chunked(Buffer.from("a\nb"), [2]), 0x0a));
    expect(batches.flat().map(String)).toEqual(["a", "b"]);
  });

  it("are cut at one MiB", async () => {
    const bytes = Buffer.from(`${"x".repeat(3_000_000)}\0after\0`);
    const batches = await collect(splitRecords(chunked(bytes, [65_536]), 0));
    expect(batches.flat().map((record) => record.length)).toEqual([1_048_576, 5]);
  });
});

describe("a byte reader", () => {
  it("gives lines and counted bytes in turn", async () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(bodies, CHUNK_SIZES, async (parts, sizes) => {
        const bytes = parts.map((part) => Buffer.concat([Buffer.from(`n ${part.length}\n`), part]));
        const reader = createByteReader(chunked(Buffer.concat(bytes), sizes));
        for (const part of parts) {
          expect(await reader.readLine()).toBe(`n ${part.length}`);
          expect(Buffer.from(await reader.readBytes(part.length))).toEqual(Buffer.from(part));
        }
        expect(await reader.readLine()).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });

  it("passes over bytes", async () => {
    const reader = createByteReader(chunked(Buffer.from("0123456789end\n"), [3]));
    await reader.skipBytes(10);
    expect(await reader.readLine()).toBe("end");
  });

  it("refuses a stream that ends early and a line without end", async () => {
    const short = createByteReader(chunked(Buffer.from("abc"), [2]));
    await expect(short.readBytes(4)).rejects.toThrow(RangeError);
    const long = createByteReader(chunked(Buffer.alloc(5_000, "x"), [512]));
    await expect(long.readLine()).rejects.toThrow(RangeError);
  });
});

describe("the raw log", () => {
  const [commit, one, two, three] = ["c", "1", "2", "3"].map((digit) => digit.repeat(40));
  const none = "0".repeat(40);
  const header = `${commit}\0Ada\0ada@example.org\x001700000000\0`;

  async function read(text: string, sizes = [65_536]): Promise<LogItem[]> {
    return (await collect(readRawLog(chunked(Buffer.from(text), sizes)))).flat();
  }

  it("is read alike byte by byte", async () => {
    const text = [
      `${header}\n:100644 100644 ${one} ${two} M\0:odd path\n\0`,
      `:100644 000000 ${three} ${none} D\0gone\0`,
      `${header}\0::100644 100755 100644 ${one} ${two} ${three} MM\0merged\0${header}`,
    ].join("");
    const items = await read(text);

    expect(items.map((item) => item.kind)).toEqual([
      "header",
      "entry",
      "entry",
      "header",
      "entry",
      "header",
    ]);
    expect(items[1]).toEqual({ kind: "entry", path: ":odd path\n", blob: two, oldBlobs: [one] });
    expect(items[2]).toEqual({ kind: "entry", path: "gone", blob: undefined, oldBlobs: [three] });
    expect(items[4]).toEqual({ kind: "entry", path: "merged", blob: three, oldBlobs: [one, two] });
    expect(await read(text, [1])).toEqual(items);
  });

  it("takes an empty author and a time that no Date can hold", async () => {
    expect(await read(`${commit}\0\0\x0099999999999999\0`)).toEqual([
      {
        kind: "header",
        commit,
        message: "",
        author: { name: "", email: "" },
        committedAt: new Date(0),
      },
    ]);
  });

  it("knows a submodule from a blob", async () => {
    const entry = `\n:100644 160000 ${one} ${two} T\0lib\0`;
    expect((await read(header + entry))[1]).toMatchObject({ blob: undefined, oldBlobs: [one] });
  });
});
