/** What commits and tags say, and the names that are new with them. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { asObjectId } from "../../../src/model/ids.ts";
import type { Walk } from "../../../src/source/walk.ts";
import { type SourceUnderTest, startSourceUnderTest } from "../../support/source-under-test.ts";

let sut: SourceUnderTest;
beforeEach(async () => {
  sut = await startSourceUnderTest();
});
afterEach(() => sut.close());

async function textsOf(walk: Walk) {
  const items = [];
  for await (const item of walk.texts()) items.push(...("kind" in item ? [item] : item));
  return items;
}

it("gives the whole message of each commit, oldest first, and only names that are new", async () => {
  const { repo } = sut;
  const base = repo.commit({ parents: [], files: { a: "1\n" } });
  const first = repo.commit({ files: { a: "2\n", b: "1\n" }, message: "one\n\nbody: x\n" });
  const head = repo.commit({ files: { "dir/c d": "1\n" }, message: "two" });
  const walk = await sut.walk({ head, bases: [base] });
  expect(await textsOf(walk)).toMatchObject([
    { commit: first, message: "one\n\nbody: x\n", newPaths: ["b"] },
    { commit: head, message: "two", newPaths: ["dir/c d"] },
  ]);
});

it("gives the message of an annotated tag, and none for a commit", async () => {
  const { repo } = sut;
  const commit = repo.commit({ parents: [], files: { a: "1\n" } });
  repo.git("tag", "--annotate", "v1", commit, "--message", "Release of today");
  const tag = asObjectId(repo.git("rev-parse", "refs/tags/v1"));
  const tagged = await sut.walk({ head: tag, bases: [] });
  expect(await tagged.tagMessage()).toBe("Release of today\n");
  const plain = await sut.walk({ head: commit, bases: [] });
  expect(await plain.tagMessage()).toBeUndefined();
});

it("reads the messages of a commit whose trees unfold to more names than can be listed", async () => {
  const { repo } = sut;
  const base = repo.commit({ parents: [], files: { a: "1\n" } });
  const name = "n".repeat(200);
  let entry = `100644 blob ${repo.blob(base, "a")}`;
  for (let depth = 0; depth < 5; depth += 1) {
    const lines = Array.from({ length: 10 }, (_, index) => `${entry}\t${name}${index}\n`).join("");
    entry = `040000 tree ${repo.makeTree(lines)}`;
  }
  const tree = entry.split(" ")[2] ?? "";
  const head = asObjectId(repo.git("commit-tree", tree, "-p", base, "-m", "unfold"));
  repo.git("update-ref", "refs/heads/main", head);
  const texts = await textsOf(await sut.walk({ head, bases: [base] }));
  expect(texts).toContainEqual({ kind: "by-nature", reason: "too-many-names" });
  expect(texts).toContainEqual(expect.objectContaining({ commit: head, message: "unfold\n" }));
});
