/** A git source with a repository of its own, served over HTTP, in a folder that is removed. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fragment, Gap } from "../../src/model/fragment.ts";
import { asRepositoryId, type ObjectId, type RepositoryId } from "../../src/model/ids.ts";
import {
  DEFAULT_GIT_LIMITS,
  type GitLimits,
  type GitSettings,
} from "../../src/source/git-settings.ts";
import { createGitSource, type GitSource, type WalkRequest } from "../../src/source/git-source.ts";
import type { BlobLimits } from "../../src/source/read-blobs.ts";
import type { Walk } from "../../src/source/walk.ts";
import { createTestRepo, type TestRepo } from "./git-repo.ts";
import { type GitServer, startGitServer } from "./git-server.ts";

export interface SourceUnderTest {
  readonly root: string;
  readonly cacheDir: string;
  /** The cache of the one repository. */
  readonly gitDir: string;
  readonly repositoryId: RepositoryId;
  readonly repo: TestRepo;
  readonly server: GitServer;
  readonly source: GitSource;
  readonly settings: GitSettings;
  /** Opens a walk of the repository that is closed with the test's source at the latest. */
  walk(request: Pick<WalkRequest, "head"> & Partial<WalkRequest>): Promise<Walk>;
  close(): Promise<void>;
}

export interface SourceOptions {
  readonly limits?: Partial<GitLimits>;
  readonly serverConfig?: Readonly<Record<string, string>>;
}

const REPOSITORY_ID = asRepositoryId(42);
export const BLOB_LIMITS: BlobLimits = {
  blobBytesMax: 8 * 1_048_576,
  totalBytesMax: 256 * 1_048_576,
};

export async function startSourceUnderTest(options: SourceOptions = {}): Promise<SourceUnderTest> {
  const root = mkdtempSync(join(tmpdir(), "rekeeper-source-"));
  const cacheDir = join(root, "cache");
  const server = await startGitServer(root, options.serverConfig);
  const settings: GitSettings = {
    cacheDir,
    environment: { path: process.env["PATH"] ?? "" },
    limits: { ...DEFAULT_GIT_LIMITS, ...options.limits },
  };
  const source = createGitSource(settings);
  const walks: Walk[] = [];
  return {
    root,
    cacheDir,
    gitDir: join(cacheDir, `${REPOSITORY_ID}.git`),
    repositoryId: REPOSITORY_ID,
    repo: createTestRepo(join(root, "repo.git")),
    server,
    source,
    settings,
    async walk(request) {
      const walk = await source.openWalk({
        repositoryId: REPOSITORY_ID,
        remote: { url: server.url("repo.git"), authorization: async () => undefined },
        bases: [],
        scannedTips: [],
        signal: new AbortController().signal,
        ...request,
      });
      walks.push(walk);
      return walk;
    },
    async close() {
      for (const walk of walks) await walk.close();
      await server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Reads everything: contents by blob, and the gaps. */
export async function readAll(
  items: AsyncIterable<Fragment | Gap>,
): Promise<{ contents: Map<ObjectId, Buffer>; gaps: Gap[] }> {
  const contents = new Map<ObjectId, Buffer>();
  const gaps: Gap[] = [];
  for await (const item of items) {
    if ("bytes" in item) contents.set(item.blob, Buffer.from(item.bytes));
    else gaps.push(item);
  }
  return { contents, gaps };
}

/** Command lines of running processes that mention a text. */
export function listProcesses(mentioning: string): string[] {
  return listCommandLines().filter((line) => line.includes(mentioning));
}

/** Read from /proc where there is one: small images have no `ps`. */
function listCommandLines(): string[] {
  if (!existsSync("/proc/self/cmdline")) {
    return execFileSync("ps", ["-eo", "args"]).toString().split("\n");
  }
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.map((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      // It ended between the listing and the look at it.
      return "";
    }
  });
}

/** Kinds of the objects in a repository, each with its count. */
export function countObjectKinds(gitDir: string): Record<string, number> {
  const args = ["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"];
  const kinds = execFileSync("git", [`--git-dir=${gitDir}`, ...args])
    .toString()
    .split("\n");
  return Object.fromEntries(
    Object.entries(Object.groupBy(kinds.filter(Boolean), (kind) => kind)).map(([kind, all]) => [
      kind,
      all?.length ?? 0,
    ]),
  );
}
