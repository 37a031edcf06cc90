/** That a name leads to the same commit whether git is asked or not. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFindCommit } from "../../../src/sandbox/git/find-commit.ts";
import type { Repository } from "../../../src/sandbox/state.ts";
import { createTestRepo } from "../../support/git-repo.ts";

const repository = { defaultBranch: "main" } as Repository;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rekeeper-find-commit-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("the default branch leads to its newest commit, packed or not", async () => {
  const repo = createTestRepo(join(folder, "tip.git"));
  const find = createFindCommit();
  repo.commit({ files: { a: "1\n" } });
  const second = repo.commit({ files: { a: "2\n" } });
  expect(await find(repo.gitDir, repository, "main")).toBe(second);
  repo.git("pack-refs", "--all");
  expect(await find(repo.gitDir, repository, "main")).toBe(second);
  const third = repo.commit({ files: { a: "3\n" } });
  expect(await find(repo.gitDir, repository, "main")).toBe(third);
});

test("a tag that is called like the default branch comes first, as git has it", async () => {
  const repo = createTestRepo(join(folder, "tag.git"));
  const first = repo.commit({ files: { a: "1\n" } });
  repo.git("tag", "main");
  repo.commit({ files: { a: "2\n" } });
  expect(await createFindCommit()(repo.gitDir, repository, "main")).toBe(first);
});

test("an id is found once it is there, and what is no commit never is", async () => {
  const repo = createTestRepo(join(folder, "id.git"));
  const find = createFindCommit();
  const other = createTestRepo(join(folder, "other.git"));
  const commit = other.commit({ files: { a: "1\n" } });
  expect(await find(repo.gitDir, repository, commit)).toBeUndefined();
  expect(repo.commit({ files: { a: "1\n" } })).toBe(commit);
  expect(await find(repo.gitDir, repository, commit)).toBe(commit);
  expect(await find(repo.gitDir, repository, repo.blob(commit, "a"))).toBeUndefined();
  expect(await find(repo.gitDir, repository, "none")).toBeUndefined();
});
