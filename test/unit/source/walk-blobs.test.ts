/** What a walk reads: exact bytes, and a gap for everything that it does not read. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { asObjectId, type ObjectId } from "../../../src/model/ids.ts";
import {
  BLOB_LIMITS,
  readAll,
  type SourceUnderTest,
  startSourceUnderTest,
} from "../../support/source-under-test.ts";

const NOWHERE = asObjectId("f".repeat(40));

let sut: SourceUnderTest;
beforeEach(async () => {
  sut = await startSourceUnderTest();
});
afterEach(() => sut.close());

/** Takes an object away from the server, as when its storage is damaged. */
function removeFromServer(id: ObjectId): void {
  rmSync(join(sut.repo.gitDir, "objects", id.slice(0, 2), id.slice(2)));
}

it("gives the exact bytes of every blob, each in memory of its own", async () => {
  const { repo } = sut;
  const files = {
    crlf: Buffer.from("one\r\ntwo\rthree\n"),
    utf16: Buffer.from("\ufeffkey = value\r\n", "utf16le"),
    binary: Buffer.from([0, 1, 2, 0xff, 0x0a, 0, 0x0a]),
    empty: Buffer.alloc(0),
    "no-newline": Buffer.from("end"),
    "looks-like-a-header": Buffer.from(`${NOWHERE} blob 3\nabc\n${NOWHERE} missing\n`),
  };
  // Attributes of the repository must not change what is read.
  const attributes = "* text=auto eol=crlf working-tree-encoding=UTF-16\n";
  const head = repo.commit({ parents: [], files: { ...files, ".gitattributes": attributes } });

  const walk = await sut.walk({ head });
  const buffers = new Set<ArrayBufferLike>();
  for await (const item of walk.fragments(BLOB_LIMITS)) {
    if ("bytes" in item) buffers.add(item.bytes.buffer);
  }
  const { contents, gaps } = await readAll(walk.fragments(BLOB_LIMITS));

  expect(gaps).toEqual([]);
  for (const [path, bytes] of Object.entries(files)) {
    expect(contents.get(repo.blob(head, path)), path).toEqual(bytes);
  }
  expect(buffers.size).toBe(contents.size);
});

it("reads a line of 2 MB", async () => {
  const { repo } = sut;
  const line = Buffer.from(Array.from({ length: 200_000 }, (_, index) => `${index},abc`).join(""));
  const head = repo.commit({ parents: [], files: { "bundle.js": line } });

  const walk = await sut.walk({ head });
  const { contents } = await readAll(walk.fragments(BLOB_LIMITS));

  expect(line.length).toBeGreaterThan(1_500_000);
  expect(contents.get(repo.blob(head, "bundle.js"))?.equals(line)).toBe(true);
});

it("leaves out a blob over the limit, names it, and reads those behind it", async () => {
  const { repo } = sut;
  const files = { a: "small\n", b: "x".repeat(300_000), c: "small too\n" };
  const head = repo.commit({ parents: [], files });

  const walk = await sut.walk({ head });
  const { contents, gaps } = await readAll(
    walk.fragments({ ...BLOB_LIMITS, blobBytesMax: 100_000 }),
  );

  const large = repo.blob(head, "b");
  expect(gaps).toEqual([{ kind: "by-nature", reason: "blob-too-large", blob: large }]);
  expect(contents.size).toBe(2);
});

it("stops at the total limit with one gap", async () => {
  const { repo } = sut;
  const files = { a: "a".repeat(600), b: "b".repeat(600), c: "c".repeat(600) };
  const head = repo.commit({ parents: [], files });

  const walk = await sut.walk({ head });
  const { contents, gaps } = await readAll(
    walk.fragments({ ...BLOB_LIMITS, totalBytesMax: 1_000 }),
  );

  expect(contents.size).toBe(1);
  expect(gaps).toEqual([{ kind: "by-nature", reason: "push-too-large" }]);
});

it("stops with one gap when the pack outgrows its limit", async () => {
  await sut.close();
  sut = await startSourceUnderTest({ limits: { packBytesMax: 200_000 } });
  const { repo } = sut;
  const noise = Buffer.alloc(24 * 1_048_576);
  for (let index = 0, state = 1; index < noise.length; index += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    noise.writeUInt32LE(state, index);
  }
  const head = repo.commit({ parents: [], files: { noise } });

  const walk = await sut.walk({ head });
  const { contents, gaps } = await readAll(
    walk.fragments({ blobBytesMax: 64 * 1_048_576, totalBytesMax: 64 * 1_048_576 }),
  );

  expect(contents.size).toBe(0);
  expect(gaps).toEqual([{ kind: "by-nature", reason: "push-too-large" }]);
});

it("gives one gap for each blob that the remote lost, and reads all others", async () => {
  const { repo } = sut;
  const paths = Array.from({ length: 40 }, (_, index) => `f${index}`);
  const files = Object.fromEntries(paths.map((path) => [path, `${path}\n`]));
  const head = repo.commit({ parents: [], files });
  const lost = [repo.blob(head, "f3"), repo.blob(head, "f17")];
  lost.forEach(removeFromServer);

  const walk = await sut.walk({ head });
  const { contents, gaps } = await readAll(walk.fragments(BLOB_LIMITS));

  expect(contents.size).toBe(38);
  const expected = lost.map((blob) => ({ kind: "failed", reason: "blob-missing", blob }));
  expect(gaps).toHaveLength(2);
  expect(gaps).toEqual(expect.arrayContaining(expected));
});

it("reads old versions that are in no range", async () => {
  const { repo } = sut;
  const base = repo.commit({ parents: [], files: { a: "old\n" } });
  const head = repo.commit({ files: { a: "new\n" } });
  const old = repo.blob(base, "a");

  const walk = await sut.walk({ head, bases: [base] });
  const { contents, gaps } = await readAll(walk.readBlobs([old, NOWHERE], BLOB_LIMITS));

  expect([...contents]).toEqual([[old, Buffer.from("old\n")]]);
  expect(gaps).toEqual([{ kind: "failed", reason: "blob-missing", blob: NOWHERE }]);
});

it("reads several lists at once without one disturbing the other", async () => {
  const { repo } = sut;
  const head = repo.commit({ parents: [], files: { a: "1\n", b: "2\n" } });
  const walk = await sut.walk({ head });

  const readings = await Promise.all([
    readAll(walk.fragments(BLOB_LIMITS)),
    readAll(walk.readBlobs([repo.blob(head, "a")], BLOB_LIMITS)),
    readAll(walk.readBlobs([repo.blob(head, "b")], BLOB_LIMITS)),
  ]);

  expect(readings.map(({ contents }) => contents.size)).toEqual([2, 1, 1]);
});

it("leaves no file behind when the reader stops early or the walk is closed", async () => {
  const { repo, cacheDir } = sut;
  const files = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`f${index}`, `${index}`.repeat(10_000)]),
  );
  const head = repo.commit({ parents: [], files });
  const walk = await sut.walk({ head });
  const jobFolder = readdirSync(cacheDir).find((name) => name.startsWith("job-"));

  for await (const _ of walk.fragments(BLOB_LIMITS)) break;

  expect(readdirSync(join(cacheDir, jobFolder ?? "none"))).toEqual([]);
  await walk.close();
  await walk.close();
  expect(readdirSync(cacheDir).sort()).toEqual(["42.git", "home"]);
});
