/** Keeps the bare repositories of the sandbox in one folder. */
import { appendFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Repository } from "../state.ts";
import { createFindCommit } from "./find-commit.ts";
import { git } from "./git.ts";
import { createListTreeEntries, type TreeEntry } from "./tree-entries.ts";

/** GitHub takes 2 GB in one push; a tour needs less, and this keeps a mistake from filling a disk. */
const PUSH_BYTES_MAX = 512 * 1024 * 1024;

/** What a server needs so that partial clones and fetches by id work as on GitHub. */
const SETTINGS: readonly (readonly [string, string])[] = [
  ["uploadpack.allowFilter", "true"],
  ["uploadpack.allowAnySHA1InWant", "true"],
  ["uploadpack.allowReachableSHA1InWant", "true"],
  ["uploadpack.allowTipSHA1InWant", "true"],
  ["http.receivepack", "true"],
  // The heads of pull requests are GitHub's to write.
  ["receive.hideRefs", "refs/pull"],
  ["receive.maxInputSize", String(PUSH_BYTES_MAX)],
  ["receive.autogc", "false"],
  ["gc.auto", "0"],
  ["core.hooksPath", "/dev/null"],
];

export interface RepositoryStore {
  /** The folder below which every repository lies as `ID.git`, whatever it is called today. */
  readonly root: string;
  /** Makes the bare repository: empty, or with the branches and tags of what it forks. */
  create(repository: Repository): Promise<void>;
  remove(repository: Repository): Promise<void>;
  dirOf(repository: Repository): string;
  /** The commit that a sha, branch or tag names, or undefined where there is none. */
  findCommit(repository: Repository, revision: string): Promise<string | undefined>;
  /** What the commit's tree holds at a path, as `ListTreeEntries` says. */
  listEntries(repository: Repository, commit: string, path: string): Promise<readonly TreeEntry[]>;
}

export function createRepositoryStore(root: string): RepositoryStore {
  const dirOf = (repository: Repository): string => join(root, `${repository.id}.git`);
  const findCommit = createFindCommit();
  const listEntries = createListTreeEntries();
  return {
    root,
    dirOf,
    async create(repository) {
      const dir = dirOf(repository);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await git(dir, ["init", "--quiet", "--bare", `--initial-branch=${repository.defaultBranch}`]);
      await appendFile(join(dir, "config"), renderSettings());
      if (repository.source === null) return;
      const refs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
      await git(dir, ["fetch", "--quiet", dirOf(repository.source), ...refs]);
    },
    remove: (repository) => rm(dirOf(repository), { recursive: true, force: true }),
    findCommit: (repository, revision) => findCommit(dirOf(repository), repository, revision),
    listEntries: (repository, commit, path) => listEntries(dirOf(repository), commit, path),
  };
}

/** In the form of git's own file: a process for each of them would take longer than all else. */
function renderSettings(): string {
  return SETTINGS.map(([name, value]) => {
    const [section, key] = name.split(".");
    return `[${section}]\n\t${key} = ${value}\n`;
  }).join("");
}
