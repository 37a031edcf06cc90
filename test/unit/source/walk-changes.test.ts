/** Which commit and path a walk names for a blob, and what stood there before. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Change } from "../../../src/model/change.ts";
import type { ObjectId } from "../../../src/model/ids.ts";
import { FIRST_COMMIT_SECONDS, TEST_AUTHOR } from "../../support/git-repo.ts";
import { type SourceUnderTest, startSourceUnderTest } from "../../support/source-under-test.ts";

let sut: SourceUnderTest;
beforeEach(async () => {
  sut = await startSourceUnderTest();
});
afterEach(() => sut.close());

/** All changes of `head --not bases`. */
async function changesOf(head: ObjectId, ...bases: ObjectId[]): Promise<readonly Change[]> {
  const walk = await sut.walk({ head, bases });
  return await walk.changes(new Set(walk.rangeBlobs));
}

it("tells commit, author, time, path and the version before", async () => {
  const { repo } = sut;
  const base = repo.commit({ parents: [], files: { "src/a b.ts": "old\n" } });
  const head = repo.commit({ files: { "src/a b.ts": "new\n" } });

  const old = repo.blob(base, "src/a b.ts");
  expect(await changesOf(head, base)).toEqual([
    {
      commit: head,
      author: TEST_AUTHOR,
      committedAt: new Date((FIRST_COMMIT_SECONDS + 60) * 1_000),
      path: "src/a b.ts",
      blob: repo.blob(head, "src/a b.ts"),
      oldBlobs: [old],
      deletedBlobs: [old],
    },
  ]);
});

it("shows a root commit's files as new", async () => {
  const head = sut.repo.commit({ parents: [], files: { a: "1\n" } });

  expect(await changesOf(head)).toMatchObject([{ commit: head, path: "a", oldBlobs: [] }]);
});

it("names every place of a blob, oldest commit first", async () => {
  const { repo } = sut;
  const base = repo.commit({ parents: [], files: { x: "x\n" } });
  const first = repo.commit({ files: { a: "same\n", b: "same\n" } });
  const removed = repo.commit({ files: { a: null } });
  const again = repo.commit({ files: { c: "same\n" } });

  const changes = await changesOf(again, base);

  expect(changes.map(({ commit, path }) => [commit, path])).toEqual([
    [first, "a"],
    [first, "b"],
    [again, "c"],
  ]);
  expect(changes.some(({ commit }) => commit === removed)).toBe(false);
});

it("shows a renamed and edited file with what the commit deleted elsewhere", async () => {
  const { repo } = sut;
  const base = repo.commit({ parents: [], files: { "old.env": "one\ntwo\n", b: "b\n" } });
  const head = repo.commit({ files: { "old.env": null, "new.env": "one\ntwo\nthree\n" } });

  const [change, ...others] = await changesOf(head, base);

  expect(others).toEqual([]);
  expect(change).toMatchObject({
    path: "new.env",
    oldBlobs: [],
    deletedBlobs: [repo.blob(base, "old.env")],
  });
});

it("names no old blob for a path that held a submodule, and none for a submodule", async () => {
  const { repo } = sut;
  const base = repo.commit({ parents: [], files: { a: "1\n" } });
  repo.git("update-index", "--add", "--cacheinfo", `160000,${base},lib`);
  const withSubmodule = repo.git("commit-tree", "-m", "x", "-p", base, repo.git("write-tree"));
  repo.git("update-ref", "refs/heads/main", withSubmodule);
  const head = repo.commit({ files: { lib: "now a file\n" } });

  expect(await changesOf(head, base)).toMatchObject([
    { commit: head, path: "lib", oldBlobs: [], deletedBlobs: [] },
  ]);
});

it("attributes nothing to a clean merge", async () => {
  const { repo } = sut;
  const base = repo.commit({ parents: [], files: { a: "1\n", b: "1\n" } });
  const main = repo.commit({ files: { a: "2\n" } });
  const side = repo.commit({ branch: "side", parents: [base], files: { b: "2\n" } });
  const head = repo.commit({ parents: [main, side], files: { b: "2\n" } });

  const changes = await changesOf(head, base);

  expect(changes.map((change) => change.commit).sort()).toEqual([main, side].sort());
});

it("attributes a conflict's resolution to the merge, with one old version per parent", async () => {
  const { repo } = sut;
  const base = repo.commit({ parents: [], files: { a: "1\n" } });
  const main = repo.commit({ files: { a: "ours\n" } });
  const side = repo.commit({ branch: "side", parents: [base], files: { a: "theirs\n" } });
  const head = repo.commit({ parents: [main, side], files: { a: "ours\ntheirs\n" } });

  const changes = await changesOf(head, base);

  expect(changes.filter((change) => change.commit === head)).toMatchObject([
    { path: "a", oldBlobs: [repo.blob(main, "a"), repo.blob(side, "a")] },
  ]);
});

it("attributes to an evil merge what neither of its parents has", async () => {
  const { repo } = sut;
  const base = repo.commit({ parents: [], files: { a: "1\n" } });
  const main = repo.commit({ files: { b: "2\n" } });
  const side = repo.commit({ branch: "side", parents: [base], files: { c: "3\n" } });
  const head = repo.commit({ parents: [main, side], files: { c: "3\n", evil: "slipped in\n" } });

  const changes = await changesOf(head, base);

  expect(changes.filter((change) => change.commit === head)).toMatchObject([
    { path: "evil", blob: repo.blob(head, "evil"), oldBlobs: [] },
  ]);
});

it("keeps odd paths as they are", async () => {
  const composed = "\u00fc.txt";
  const decomposed = "u\u0308.txt";
  const paths = [
    "a b",
    'say "hi"',
    "tab\there",
    "line\nbreak",
    "\\back",
    composed,
    decomposed,
    ":x",
  ];
  const head = sut.repo.commit({
    parents: [],
    files: paths.map((path) => [path, `${path}\n`] as const),
  });

  const walk = await sut.walk({ head });
  const changes = await walk.changes(new Set(walk.rangeBlobs));
  const held = await walk.treeHolds(head, new Set(walk.rangeBlobs));

  expect(changes.map((change) => change.path).sort()).toEqual(paths.sort());
  expect([...held.values()].sort()).toEqual(paths.sort());
});

it("keeps a path readable that is no UTF-8", async () => {
  const name = Buffer.concat([Buffer.from("caf"), Buffer.from([0xe9]), Buffer.from(".env")]);
  const head = sut.repo.commit({ parents: [], files: [[name, "1\n"]] });

  expect(await changesOf(head)).toMatchObject([{ path: "caf\ufffd.env" }]);
});

it("finds only the blobs that were asked for", async () => {
  const { repo } = sut;
  const head = repo.commit({ parents: [], files: { a: "1\n", b: "2\n" } });
  const walk = await sut.walk({ head });

  const wanted = new Set([repo.blob(head, "b")]);

  expect((await walk.changes(wanted)).map((change) => change.path)).toEqual(["b"]);
  expect([...(await walk.treeHolds(head, wanted))]).toEqual([[repo.blob(head, "b"), "b"]]);
  expect(await walk.changes(new Set())).toEqual([]);
  expect((await walk.treeHolds(head, new Set())).size).toBe(0);
});
