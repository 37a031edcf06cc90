/** Commits that change more paths than git can list: the key beside them is still attributed. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { asObjectId } from "../../../src/model/ids.ts";
import { type SourceUnderTest, startSourceUnderTest } from "../../support/source-under-test.ts";

let sut: SourceUnderTest;

beforeAll(async () => {
  sut = await startSourceUnderTest();
});

afterAll(() => sut.close());

it("finds where a blob stands beside a tree of a hundred million paths", async () => {
  const { repo } = sut;
  const base = repo.commit({ parents: [], files: { a: "1\n", "lib/k.env": "key\n" } });
  const blob = repo.blob(base, "lib/k.env");
  let tree = repo.git("rev-parse", `${base}^{tree}`);
  for (let level = 0; level < 8; level += 1) {
    const lines = Array.from({ length: 10 }, (_, at) => `040000 tree ${tree}\td${at}\n`);
    tree = repo.makeTree(lines.join(""));
  }
  const top = repo.makeTree(`040000 tree ${tree}\tbomb\n`);
  const root = repo.commit({ branch: "root", parents: [], files: { b: "1\n" } });
  const head = asObjectId(repo.git("commit-tree", top, "-p", root, "-m", "bomb"));
  repo.git("update-ref", "refs/heads/bomb", head);
  const walk = await sut.walk({ head, bases: [root] });
  const path = `bomb/${"d0/".repeat(8)}lib/k.env`;
  expect(await walk.treeHolds(head, new Set([blob]))).toEqual(new Map([[blob, path]]));
  const [change, ...others] = await walk.changes(new Set([blob]));
  expect(others).toEqual([]);
  expect(change).toMatchObject({ commit: head, path, blob });
}, 60_000);

it("finds a blob beside such a tree, when its own path sorts behind all others", async () => {
  const { repo } = sut;
  const root = repo.commit({ branch: "last", parents: [], files: { "z.env": "last\n" } });
  const blob = repo.blob(root, "z.env");
  const bomb = repo.git("rev-parse", "refs/heads/bomb:bomb");
  const top = repo.makeTree(`040000 tree ${bomb}\tbomb\n100644 blob ${blob}\tz.env\n`);
  const head = asObjectId(repo.git("commit-tree", top, "-m", "bomb"));
  repo.git("update-ref", "refs/heads/last", head);
  const walk = await sut.walk({ head, bases: [] });
  const [change] = await walk.changes(new Set([blob]));
  expect(change).toMatchObject({ commit: head, path: "z.env" });
}, 60_000);
