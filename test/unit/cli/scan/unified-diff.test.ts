import { expect, it } from "vitest";
import { readUnifiedDiff } from "../../../../src/cli/scan/unified-diff.ts";

const read = (text: string) =>
  [...readUnifiedDiff(text)].map(({ path, line, text: side, added }) => ({
    path,
    line,
    side,
    added: [...added],
  }));

it("gives the new side of each hunk that adds something, with its place", () => {
  const diff = [
    "diff --git a/src/a.ts b/src/a.ts",
    "--- a/src/a.ts",
    "+++ b/src/a.ts",
    "@@ -1,2 +1,3 @@ function a()",
    " one",
    "+two",
    " three",
    "@@ -9,2 +10,1 @@",
    " nine",
    "-ten",
    "@@ -20 +20 @@",
    "-old",
    "+new",
    "",
  ].join("\n");
  expect(read(diff)).toEqual([
    { path: "src/a.ts", line: 1, side: "one\ntwo\nthree", added: [2] },
    { path: "src/a.ts", line: 20, side: "new", added: [1] },
  ]);
});

it("counts lines, so that added text which looks like a header is none", () => {
  const diff = [
    "+++ b/a",
    "@@ -0,0 +1,3 @@",
    "+++ b/other",
    "+@@ -1 +1 @@",
    "+x",
    "+++ b/c",
    "@@ -0,0 +1 @@",
    "+y",
  ];
  expect(read(diff.join("\n"))).toEqual([
    { path: "a", line: 1, side: "++ b/other\n@@ -1 +1 @@\nx", added: [1, 2, 3] },
    { path: "c", line: 1, side: "y", added: [1] },
  ]);
});

it.each([
  ['+++ "b/\\303\\244 \\"x\\"\\t.txt"', 'ä "x"\t.txt'],
  ["+++ b.txt\t2026-01-01 00:00:00", "b.txt"],
  ["+++ b/with space.txt\t", "with space.txt"],
])("reads the path of %s", (header, path) => {
  expect(read([header, "@@ -0,0 +1 @@", "+x", "\\ No newline at end of file"].join("\n"))).toEqual([
    { path, line: 1, side: "x", added: [1] },
  ]);
});

it.each(["", "no diff at all", "@@ -1 +1 @@", "@@ -1,9 +1,9 @@\n+x", "+++ \n@@ -1 +1"])(
  "takes what is no whole diff: %j",
  (text) => {
    expect(() => read(text)).not.toThrow();
  },
);
