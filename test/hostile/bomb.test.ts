/** Commits that change more paths than git can list: the key beside them is still attributed. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { asObjectId } from "../../src/model/ids.ts";
import { type SourceUnderTest, startSourceUnderTest } from "../support/source-under-test.ts";

let sut: SourceUnderTest;

beforeAll(async () => {
  sut = await startSourceUnderTest();
});

afterAll(() => sut.close());

it("finds where blobs stand in and beside a tree of a hundred million paths", async () => {
  const { repo } = sut;
  const files = { a: "1\n", "lib/k.env": "key\n", "z.env": "last\n" };
  const base = repo.commit({ parents: [], files });
  const within = repo.blob(base, "lib/k.env");
  const last = repo.blob(base, "z.env");
  let tree = repo.git("rev-parse", `${base}:lib`);
  for (let level = 0; level < 8; level += 1) {
    const lines = Array.from({ length: 10 }, (_, at) => `040000 tree ${tree}\td${at}\n`);
    tree = repo.makeTree(lines.join(""));
  }
  const top = repo.makeTree(`040000 tree ${tree}\tbomb\n100644 blob ${last}\tz.env\n`);
  const root = repo.commit({ branch: "root", parents: [], files: { b: "1\n" } });
  const head = asObjectId(repo.git("commit-tree", top, "-p", root, "-m", "bomb"));
  repo.git("update-ref", "refs/heads/bomb", head);
  const walk = await sut.walk({ head, bases: [root] });
  const path = `bomb/${"d0/".repeat(8)}k.env`;
  expect(await walk.treeHolds(head, new Set([within]))).toEqual(new Map([[within, path]]));
  const changes = await walk.changes(new Set([within, last]));
  expect(new Map(changes.map((change) => [change.path, change.commit]))).toEqual(
    new Map([
      [path, head],
      ["z.env", head],
    ]),
  );
}, 60_000);
