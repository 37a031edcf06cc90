import { Readable } from "node:stream";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readLines } from "../../../src/control/read-lines.ts";

it("gives the same lines however the bytes are cut", async () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", ""));
  const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(line), cuts, async (lines, sizes) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
      expect(await read(chunksOf(bytes, sizes), 1_000)).toEqual(lines);
    }),
  );
});

it("drops a line that its sender did not finish", async () => {
  expect(await read([Buffer.from("a\nb")], 10)).toEqual(["a"]);
});

it("takes a line of exactly the bound and refuses one byte more", async () => {
  expect(await read([Buffer.from("abc"), Buffer.from("de\n")], 5)).toEqual(["abcde"]);
  await expect(read([Buffer.from("abc"), Buffer.from("def")], 5)).rejects.toThrow(RangeError);
});

async function read(chunks: readonly Buffer[], lineBytesMax: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(Readable.from(chunks), lineBytesMax)) lines.push(line);
  return lines;
}

function chunksOf(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const size = sizes[chunks.length % sizes.length] ?? 1;
    chunks.push(bytes.subarray(start, start + size));
    start += size;
  }
  return chunks;
}
