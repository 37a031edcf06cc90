/** Which commits and blobs a walk takes as new. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asObjectId } from "../../../src/model/ids.ts";
import { createTestRepo } from "../../support/git-repo.ts";
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

describe("the range of a walk", () => {
  it("holds the blobs that a push adds and none that its base holds", async () => {
    const { repo } = sut;
    const base = repo.commit({ parents: [], files: { kept: "kept\n", edited: "old\n" } });
    const head = repo.commit({ files: { edited: "new\n", added: "added\n" } });

    const walk = await sut.walk({ head, bases: [base] });

    expect(walk.commitCount).toBe(1);
    expect(walk.shallow).toBe(false);
    const expected = [repo.blob(head, "edited"), repo.blob(head, "added")].sort();
    expect([...walk.rangeBlobs].sort()).toEqual(expected);
    expect(walk.blobsToScan).toEqual(walk.rangeBlobs);
  });

  it("of a new branch ends where its base branch begins", async () => {
    const { repo } = sut;
    repo.commits([{ parents: [], files: { a: "1\n" } }, { files: { a: "2\n" } }]);
    const main = repo.commit({ files: { a: "3\n" } });
    const head = repo.commit({ branch: "topic", parents: [main], files: { b: "4\n" } });

    const walk = await sut.walk({ head, fetchRefs: ["refs/heads/main"], bases: [main] });

    expect(walk.tipOf("refs/heads/main")).toBe(main);
    expect(walk.commitCount).toBe(1);
    expect(walk.rangeBlobs).toEqual([repo.blob(head, "b")]);
  });

  it("without a base is the whole history", async () => {
    const { repo } = sut;
    repo.commit({ parents: [], files: { a: "1\n" } });
    const head = repo.commit({ files: { a: "2\n" } });

    const walk = await sut.walk({ head });

    expect(walk.commitCount).toBe(2);
    expect(walk.rangeBlobs).toHaveLength(2);
  });

  it("holds a blob that was added and removed again within the push", async () => {
    const { repo } = sut;
    const base = repo.commit({ parents: [], files: { a: "1\n" } });
    const added = repo.commit({ files: { ".env": "passing through\n" } });
    const head = repo.commit({ files: { ".env": null } });

    const walk = await sut.walk({ head, bases: [base] });

    const { contents } = await readAll(walk.fragments(BLOB_LIMITS));
    expect(contents.get(repo.blob(added, ".env"))?.toString()).toBe("passing through\n");
    expect([...(await walk.treeHolds(added, new Set(walk.rangeBlobs))).values()]).toEqual([".env"]);
    expect((await walk.treeHolds(head, new Set(walk.rangeBlobs))).size).toBe(0);
  });

  it("of a force push starts at the old tip while the cache still has it", async () => {
    const { repo } = sut;
    const root = repo.commit({ parents: [], files: { a: "1\n" } });
    const before = repo.commit({ files: { b: "2\n" } });
    await sut.walk({ head: before });
    const head = repo.commit({ parents: [root], files: { b: "2\n", c: "3\n" } });

    const walk = await sut.walk({ head, bases: [before] });

    expect(walk.missingBases).toEqual([]);
    expect(walk.rangeBlobs).toEqual([repo.blob(head, "c")]);
  });

  it("names a base that nobody has any more and goes on without it", async () => {
    const { repo } = sut;
    const base = repo.commit({ parents: [], files: { a: "1\n" } });
    const head = repo.commit({ files: { b: "2\n" } });

    const walk = await sut.walk({ head, bases: [NOWHERE, base] });

    expect(walk.missingBases).toEqual([NOWHERE]);
    expect(walk.rangeBlobs).toEqual([repo.blob(head, "b")]);
  });

  it("of an annotated tag is that of its commit", async () => {
    const { repo } = sut;
    const base = repo.commit({ parents: [], files: { a: "1\n" } });
    const commit = repo.commit({ files: { b: "2\n" } });
    repo.git("tag", "-a", "-m", "release", "v1", commit);
    const tag = asObjectId(repo.git("rev-parse", "v1"));

    const walk = await sut.walk({ head: tag, bases: [base], fetchRefs: ["refs/tags/v1"] });

    expect(tag).not.toBe(commit);
    expect(walk.tipOf("refs/tags/v1")).toBe(tag);
    expect(walk.commitCount).toBe(1);
    expect(walk.rangeBlobs).toEqual([repo.blob(commit, "b")]);
  });

  it("is empty for a head that a base already holds, and asks the remote for nothing", async () => {
    const { repo, server } = sut;
    const old = repo.commit({ parents: [], files: { a: "1\n" } });
    const tip = repo.commit({ files: { b: "2\n" } });
    await sut.walk({ head: tip });
    const requestCount = server.requests.length;

    const walk = await sut.walk({ head: old, bases: [tip] });

    expect(walk.commitCount).toBe(0);
    expect(walk.rangeBlobs).toEqual([]);
    expect(await readAll(walk.fragments(BLOB_LIMITS))).toEqual({ contents: new Map(), gaps: [] });
    expect(await walk.changes(new Set([repo.blob(tip, "b")]))).toEqual([]);
    expect(server.requests).toHaveLength(requestCount);
  });

  it("leaves out of the reading what a scanned tip leads to, but keeps it in the range", async () => {
    const { repo } = sut;
    const base = repo.commit({ parents: [], files: { a: "1\n" } });
    const scanned = repo.commit({ files: { b: "2\n" } });
    const head = repo.commit({ files: { c: "3\n" } });

    const walk = await sut.walk({ head, bases: [base], scannedTips: [scanned, NOWHERE] });

    expect(walk.rangeBlobs).toHaveLength(2);
    expect(walk.blobsToScan).toEqual([repo.blob(head, "c")]);
  });

  it("never reads a blob outside the range, whatever the scanned tips hold", async () => {
    const { repo } = sut;
    const base = repo.commit({ parents: [], files: { a: "1\n", b: "2\n" } });
    const scanned = repo.commit({ files: { b: null } });
    const head = repo.commit({ files: { b: "2\n" } });

    const walk = await sut.walk({ head, bases: [base], scannedTips: [scanned] });

    expect(walk.rangeBlobs).toEqual([]);
    expect(walk.blobsToScan).toEqual([]);
  });

  it("counts 600 commits and lists the blob of each", async () => {
    const { repo } = sut;
    const [base, ...others] = repo.commits(
      Array.from({ length: 601 }, (_, index) => ({
        ...(index === 0 ? { parents: [] } : {}),
        files: { a: `${index}\n` },
      })),
    );
    const head = asObjectId(others.at(-1));

    const walk = await sut.walk({ head, bases: [asObjectId(base)] });

    expect(walk.commitCount).toBe(600);
    expect(new Set(walk.rangeBlobs).size).toBe(600);
    const changes = await walk.changes(new Set(walk.rangeBlobs));
    expect(changes.map((change) => change.commit)).toEqual(others);
  });

  it("lists and reads 3,500 files of one commit", async () => {
    const { repo } = sut;
    const paths = Array.from({ length: 3_500 }, (_, index) => `d${index % 50}/f${index}`);
    const files = Object.fromEntries(paths.map((path) => [path, `${path}\n`]));
    const head = repo.commit({ parents: [], files });

    const walk = await sut.walk({ head });
    const { contents, gaps } = await readAll(walk.fragments(BLOB_LIMITS));

    expect(gaps).toEqual([]);
    expect(contents.size).toBe(3_500);
    const changes = await walk.changes(new Set(walk.rangeBlobs));
    expect(changes.map((change) => change.path).sort()).toEqual(paths.sort());
  });

  it("tells of a range with more blobs than the limit and reads those within it", async () => {
    await sut.close();
    sut = await startSourceUnderTest({ limits: { objectsMax: 3 } });
    const files = Object.fromEntries(["a", "b", "c", "d"].map((path) => [path, path]));
    const head = sut.repo.commit({ parents: [], files });

    const walk = await sut.walk({ head });
    const { contents, gaps } = await readAll(walk.fragments(BLOB_LIMITS));

    expect(contents.size).toBe(3);
    expect(gaps).toEqual([{ kind: "by-nature", reason: "too-many-objects" }]);
  });
});

describe("further refs", () => {
  it("that the remote lacks have no tip and stop nothing", async () => {
    const { repo } = sut;
    const head = repo.commit({ parents: [], files: { a: "1\n" } });
    repo.git("update-ref", "refs/pull/7/head", head);

    const fetchRefs = ["refs/pull/7/head", "refs/pull/8/head", "refs/heads/gone"];
    const walk = await sut.walk({ head, fetchRefs });

    expect(fetchRefs.map(walk.tipOf)).toEqual([head, undefined, undefined]);
  });

  it("are fetched beside a head that the remote has forgotten", async () => {
    const { repo } = sut;
    const main = repo.commit({ parents: [], files: { a: "1\n" } });
    const head = repo.commit({ branch: "topic", parents: [main], files: { b: "2\n" } });
    await sut.walk({ head });
    repo.git("update-ref", "-d", "refs/heads/topic");
    repo.git("prune", "--expire=now");
    expect(() => repo.git("cat-file", "-e", head)).toThrow();

    const walk = await sut.walk({ head, bases: [main], fetchRefs: ["refs/heads/main"] });

    expect(walk.commitCount).toBe(1);
    expect(walk.tipOf("refs/heads/main")).toBe(main);
  });

  it("may take the place of a ref that was a folder before", async () => {
    const { repo } = sut;
    const first = repo.commit({ branch: "a", parents: [], files: { a: "1\n" } });
    await sut.walk({ head: first, fetchRefs: ["refs/heads/a"] });
    repo.git("update-ref", "-d", "refs/heads/a");
    const second = repo.commit({ branch: "a/b", parents: [first], files: { a: "2\n" } });

    const walk = await sut.walk({ head: second, fetchRefs: ["refs/heads/a/b"] });

    expect(walk.tipOf("refs/heads/a/b")).toBe(second);
  });

  it("are refused when they are no full ref names", async () => {
    const head = sut.repo.commit({ parents: [], files: { a: "1\n" } });
    for (const ref of ["main", "refs/heads/*", "refs/heads/a:refs/heads/b", "--upload-pack=x"]) {
      await expect(sut.walk({ head, fetchRefs: [ref] })).rejects.toThrow(TypeError);
    }
  });
});

describe("ancestry", () => {
  it("is told by merge bases and by descent", async () => {
    const { repo } = sut;
    const root = repo.commit({ parents: [], files: { a: "1\n" } });
    const main = repo.commit({ files: { b: "2\n" } });
    const topic = repo.commit({ branch: "topic", parents: [root], files: { c: "3\n" } });
    const stranger = repo.commit({ branch: "stranger", parents: [], files: { d: "4\n" } });

    const walk = await sut.walk({ head: topic, bases: [main, stranger] });

    expect(await walk.mergeBases(main, topic)).toEqual([root]);
    expect(await walk.mergeBases(stranger, topic)).toEqual([]);
    expect(await walk.isAncestor(root, topic)).toBe(true);
    expect(await walk.isAncestor(main, topic)).toBe(false);
  });
});

it("works on a SHA-256 repository", async () => {
  const repo = createTestRepo(`${sut.root}/wide.git`, "sha256");
  const head = repo.commit({ parents: [], files: { a: "1\n" } });

  const remote = { url: sut.server.url("wide.git"), authorization: async () => undefined };
  const walk = await sut.walk({ head, remote });

  expect(head).toHaveLength(64);
  const { contents } = await readAll(walk.fragments(BLOB_LIMITS));
  expect(contents.get(repo.blob(head, "a"))?.toString()).toBe("1\n");
});
