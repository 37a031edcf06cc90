/** What stays in a cache between walks, and what never gets there. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGitSource } from "../../../src/source/git-source.ts";
import { removeStaleJobFolders } from "../../../src/source/job-folder.ts";
import {
  BLOB_LIMITS,
  countObjectKinds,
  readAll,
  type SourceOptions,
  type SourceUnderTest,
  startSourceUnderTest,
} from "../../support/source-under-test.ts";

let sut: SourceUnderTest;
beforeEach(async () => {
  sut = await startSourceUnderTest();
});
afterEach(() => sut.close());

async function restart(options: SourceOptions): Promise<void> {
  await sut.close();
  sut = await startSourceUnderTest(options);
}

function packs(): string[] {
  const names = readdirSync(join(sut.gitDir, "objects", "pack"));
  return names.filter((name) => name.endsWith(".pack"));
}

describe("a cache", () => {
  it("holds commits, trees and tags, never a blob", async () => {
    const { repo, gitDir } = sut;
    const base = repo.commit({ parents: [], files: { a: "1\n", "d/b": "2\n" } });
    repo.git("tag", "-a", "-m", "release", "v1", base);
    const head = repo.commit({ files: { a: "3\n" } });
    const walk = await sut.walk({ head, fetchRefs: ["refs/tags/v1"] });
    await readAll(walk.fragments(BLOB_LIMITS));
    await readAll(walk.readBlobs([repo.blob(base, "d/b")], BLOB_LIMITS));
    await walk.changes(new Set(walk.rangeBlobs));

    expect(countObjectKinds(gitDir)).toEqual({ commit: 2, tree: 3, tag: 1 });
  });

  it("is thrown away when the server ignores the filter and sends blobs", async () => {
    await restart({ serverConfig: { "uploadpack.allowFilter": "false" } });
    const head = sut.repo.commit({ parents: [], files: { a: "1\n" } });

    await expect(sut.walk({ head })).rejects.toMatchObject({ kind: "failed", retryable: false });
    expect(readdirSync(sut.cacheDir)).toEqual(["home"]);
  });

  it("is for the service user only and knows no token", async () => {
    const head = sut.repo.commit({ parents: [], files: { a: "1\n" } });
    const authorization = async (): Promise<string> => "basic topsecret";
    const url = sut.server.url("repo.git");

    const walk = await sut.walk({ head, remote: { url, authorization } });
    await readAll(walk.fragments(BLOB_LIMITS));

    expect(
      sut.server.requests.every((request) => request.authorization === "basic topsecret"),
    ).toBe(true);
    expect(statSync(sut.gitDir).mode & 0o777).toBe(0o700);
    const names = readdirSync(sut.cacheDir, { recursive: true, withFileTypes: true });
    for (const file of names.filter((entry) => entry.isFile())) {
      expect(readFileSync(join(file.parentPath, file.name)).includes("topsecret")).toBe(false);
    }
  });

  it("serves walks that open at the same time", async () => {
    const { repo } = sut;
    const heads = repo.commits([
      { parents: [], files: { a: "1\n" } },
      { files: { a: "2\n" } },
      { files: { a: "3\n" } },
    ]);

    const walks = await Promise.all(heads.map((head) => sut.walk({ head })));

    expect(walks.map((walk) => walk.commitCount)).toEqual([1, 2, 3]);
  });

  it("is repacked offline beyond its limit of packs, under the eyes of an open walk", async () => {
    await restart({ limits: { packsMax: 4 } });
    const { repo, server, gitDir } = sut;
    const first = repo.commit({ parents: [], files: { a: "0\n" } });
    const early = await sut.walk({ head: first });
    const late = [];
    for (let index = 1; index <= 5; index += 1) {
      late.push(await sut.walk({ head: repo.commit({ files: { a: `${index}\n` } }) }));
    }
    expect(packs()).toHaveLength(6);
    const requestCount = server.requests.length;

    await late[0]?.close();

    expect(packs()).toHaveLength(1);
    expect(server.requests).toHaveLength(requestCount);
    expect(countObjectKinds(gitDir)).toEqual({ commit: 6, tree: 6 });
    expect(await early.changes(new Set(early.rangeBlobs))).toHaveLength(1);
    expect((await readAll(early.fragments(BLOB_LIMITS))).contents.size).toBe(1);
    expect(await late[4]?.changes(new Set(late[4].rangeBlobs))).toHaveLength(6);
  });

  it("keeps what it has when it drops the refs to its oldest commits", async () => {
    await restart({ limits: { refsMax: 2 } });
    const { repo, gitDir, server } = sut;
    const heads = [0, 1, 2, 3].map((index) =>
      repo.commit({ branch: `b${index}`, parents: [], files: { a: `${index}\n` } }),
    );
    for (const head of heads) await (await sut.walk({ head })).close();

    const refs = execFileSync("git", [`--git-dir=${gitDir}`, "for-each-ref"]).toString();
    expect(refs.match(/[0-9a-f]{40}(?= commit)/g)?.sort()).toEqual(heads.slice(2).sort());
    const requestCount = server.requests.length;
    for (const head of heads) expect((await sut.walk({ head })).commitCount).toBe(1);
    expect(server.requests).toHaveLength(requestCount);
  });

  it("starts anew when repacking has failed for too long", async () => {
    await restart({ limits: { packsMax: 1 } });
    const { repo, gitDir } = sut;
    const head = repo.commit({ parents: [], files: { a: "1\n" } });
    await sut.walk({ head });
    for (let index = 0; index < 10; index += 1) {
      writeFileSync(join(gitDir, "objects", "pack", `pack-${index}.pack`), "not a pack");
    }

    expect((await sut.walk({ head })).commitCount).toBe(1);
    expect(packs()).toHaveLength(1);
  });

  it("gets over what a killed fetch left behind", async () => {
    const { repo, gitDir } = sut;
    const base = repo.commit({ parents: [], files: { a: "1\n" } });
    await sut.walk({ head: base });
    const leftovers = [
      "objects/pack/tmp_pack_1",
      "refs/rekeeper/commit/x.lock",
      "packed-refs.lock",
    ];
    for (const name of [...leftovers, "shallow.lock"]) writeFileSync(join(gitDir, name), "");
    const head = repo.commit({ files: { a: "2\n" } });

    await sut.walk({ head });

    const names = readdirSync(gitDir, { recursive: true }).map(String);
    expect(names.filter((name) => /tmp_|\.lock$/.test(name))).toEqual([]);
  });

  it("goes when the repository is dropped, and comes back with the next walk", async () => {
    const head = sut.repo.commit({ parents: [], files: { a: "1\n" } });
    const walk = await sut.walk({ head });
    await walk.close();

    await sut.source.dropCache(sut.repositoryId, new AbortController().signal);

    expect(readdirSync(sut.cacheDir)).toEqual(["home"]);
    expect((await sut.walk({ head })).commitCount).toBe(1);
  });

  it("goes when no walk has used it for long", async () => {
    const head = sut.repo.commit({ parents: [], files: { a: "1\n" } });
    await (await sut.walk({ head })).close();
    const hourAgo = new Date(Date.now() - 3_600_000);

    const signal = AbortSignal.timeout(10_000);
    expect(await sut.source.dropUnusedCaches(hourAgo, signal)).toBe(0);
    utimesSync(sut.gitDir, hourAgo, new Date(hourAgo.getTime() - 1));
    expect(await sut.source.dropUnusedCaches(hourAgo, signal)).toBe(1);
    expect(readdirSync(sut.cacheDir)).toEqual(["home"]);
    expect(await sut.source.dropUnusedCaches(hourAgo, signal)).toBe(0);
  });
});

it("removes the job folders that a killed process left, and nothing else", async () => {
  const { cacheDir } = sut;
  for (const name of ["job-abc/objects-1/pack", "job-init-x", "7.git"]) {
    mkdirSync(join(cacheDir, name), { recursive: true });
  }

  expect(await removeStaleJobFolders(cacheDir)).toBe(2);
  expect(readdirSync(cacheDir)).toEqual(["7.git"]);
  expect(await removeStaleJobFolders(join(sut.root, "nowhere"))).toBe(0);
});

it("wants an absolute folder, since git runs in another one", () => {
  const settings = { ...sut.settings, cacheDir: "data/cache" };
  expect(() => createGitSource(settings)).toThrow("absolute path");
});
