import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readPath } from "../../../../src/cli/scan/read-folder.ts";
import { compileGlobs } from "../../../../src/triage/path-globs.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "rekeeper-folder-"));
  for (const path of ["b.txt", "a/c.txt", "a/.git/x", ".git/y", "a/d.min.js"]) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), "text");
  }
  writeFileSync(join(root, "empty"), "");
  writeFileSync(join(root, "large"), Buffer.alloc(101));
  symlinkSync(root, join(root, "a", "loop"));
  symlinkSync(join(root, "b.txt"), join(root, "link"));
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

function read(path: string, exclude: readonly string[] = []) {
  const reading = { fileBytesMax: 100, isExcluded: compileGlobs(exclude) };
  return [...readPath(path, reading)].map((piece) => [
    piece.origin.path?.slice(root.length),
    "gap" in piece ? piece.gap.reason : Buffer.from(piece.bytes).toString(),
  ]);
}

it("reads files in order, without links, .git and empty ones; large ones are gaps", () => {
  expect(read(root)).toEqual([
    ["/a/c.txt", "text"],
    ["/a/d.min.js", "text"],
    ["/b.txt", "text"],
    ["/large", "blob-too-large"],
  ]);
});

it("leaves out what globs name, relative to the folder", () => {
  expect(read(`${root}/`, ["a/**", "large"])).toEqual([["/b.txt", "text"]]);
  expect(read(root, ["*.min.js", "/b.txt", "large"]).map(([path]) => path)).toContain("/a/c.txt");
});

it("reads a file that is named, also through a link", () => {
  expect(read(join(root, "link"))).toEqual([["/link", "text"]]);
});
