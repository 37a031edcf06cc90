/** Keeps the bare repositories of the sandbox in one folder. */
import { appendFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Repository } from "../state.ts";
import { git } from "./git.ts";

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
}

export function createRepositoryStore(root: string): RepositoryStore {
  const dirOf = (repository: Repository): string => join(root, `${repository.id}.git`);
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
    findCommit: (repository, revision) => findCommit(dirOf(repository), revision),
  };
}

/** In the form of git's own file: a process for each of them would take longer than all else. */
function renderSettings(): string {
  return SETTINGS.map(([name, value]) => {
    const [section, key] = name.split(".");
    return `[${section}]\n\t${key} = ${value}\n`;
  }).join("");
}

/** git knows the short names of branches with tags just as GitHub does: `main`, `heads/main`. */
async function findCommit(dir: string, revision: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  try {
    return (await git(dir, args)).trim().split("\n").at(-1);
  } catch {
    return undefined;
  }
}
