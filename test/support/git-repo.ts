/** Builds bare repositories commit by commit through `git fast-import`: fixed people and dates. */
import { execFileSync } from "node:child_process";
import { asObjectId, type ObjectId } from "../../src/model/ids.ts";

export interface TestRepo {
  readonly gitDir: string;
  /** Runs git in the repository and gives what it printed, without the last line break. */
  git(...args: string[]): string;
  /** Makes a tree of the lines that `git mktree` takes; gives its id. */
  makeTree(lines: string): string;
  /** Creates or moves refs by the lines that `git update-ref --stdin` takes. */
  updateRefs(lines: string): void;
  /** Makes one commit. */
  commit(spec: CommitSpec): ObjectId;
  /** Makes many commits in one process. */
  commits(specs: readonly CommitSpec[]): readonly ObjectId[];
  /** The id of what stands at a path of a commit. */
  blob(commit: ObjectId, path: string): ObjectId;
}

interface CommitSpec {
  /** `x` when absent. */
  readonly message?: string;
  /** `main` when absent. */
  readonly branch?: string;
  /**
   * The branch's tip when absent, and none where there is no branch yet; none for a root. The tree
   * starts as that of the first.
   */
  readonly parents?: readonly ObjectId[];
  /** What the commit changes: new contents by path, null to delete. */
  readonly files:
    | Readonly<Record<string, Contents>>
    | Iterable<readonly [string | Buffer, Contents]>;
}

type Contents = string | Buffer | null;

export const TEST_AUTHOR = { name: "Ada Ünïcode", email: "ada@example.org" };
/** The first commit of a repository is of this second; each further one a minute later. */
export const FIRST_COMMIT_SECONDS = 1_700_000_000;

export function createTestRepo(gitDir: string, format: "sha1" | "sha256" = "sha1"): TestRepo {
  const git = (input: Buffer, args: readonly string[]): string =>
    execFileSync("git", [`--git-dir=${gitDir}`, ...args], {
      input,
      env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", ...IDENTITY },
      stdio: ["pipe", "pipe", "pipe"],
      maxBuffer: 64 * 1_048_576,
    })
      .toString("utf8")
      .replace(/\n$/, "");
  const none = Buffer.alloc(0);
  git(none, ["init", "--bare", "--quiet", "--initial-branch=main", `--object-format=${format}`]);
  let commitCount = 0;
  const branches = new Set<string>();

  const commits = (specs: readonly CommitSpec[]): readonly ObjectId[] => {
    const parts = specs.map((spec, index) => {
      const seconds = FIRST_COMMIT_SECONDS + 60 * commitCount++;
      const branch = spec.branch ?? "main";
      const isNew = !branches.has(branch);
      branches.add(branch);
      const parents = spec.parents ?? (isNew ? [] : undefined);
      const known = parents === undefined ? spec : { ...spec, parents };
      return renderCommit(known, { mark: index + 1, seconds });
    });
    const printed = git(Buffer.concat(parts), ["fast-import", "--quiet", "--force"]);
    return printed.split("\n").map(asObjectId);
  };
  return {
    gitDir,
    commits,
    git: (...args) => git(none, args),
    makeTree: (lines) => git(Buffer.from(lines), ["mktree"]),
    updateRefs: (lines) => void git(Buffer.from(lines), ["update-ref", "--stdin"]),
    commit: (spec) => asObjectId(commits([spec])[0]),
    blob: (commit, path) => asObjectId(git(none, ["rev-parse", `${commit}:${path}`])),
  };
}

const IDENTITY = {
  GIT_AUTHOR_NAME: TEST_AUTHOR.name,
  GIT_AUTHOR_EMAIL: TEST_AUTHOR.email,
  GIT_COMMITTER_NAME: TEST_AUTHOR.name,
  GIT_COMMITTER_EMAIL: TEST_AUTHOR.email,
};

/** One commit in the language of `git help fast-import`, with the order to print its id. */
function renderCommit(spec: CommitSpec, at: { mark: number; seconds: number }): Buffer {
  const branch = `refs/heads/${spec.branch ?? "main"}`;
  const [first, ...others] = spec.parents ?? [];
  const who = `${TEST_AUTHOR.name} <${TEST_AUTHOR.email}> ${at.seconds} +0000`;
  const head = [
    // Without `from`, fast-import goes on from the branch: a reset makes it forget that.
    spec.parents?.length === 0 ? `reset ${branch}\n` : "",
    `commit ${branch}\nmark :${at.mark}\nauthor ${who}\ncommitter ${who}\n${renderMessage(spec)}`,
    spec.parents === undefined && at.mark === 1 ? `from ${branch}^0\n` : "",
    first === undefined ? "" : `from ${first}\n`,
    ...others.map((parent) => `merge ${parent}\n`),
  ];
  const files = Symbol.iterator in spec.files ? spec.files : Object.entries(spec.files);
  const changes = [...files].map(([path, contents]) => renderFile(path, contents));
  const tail = Buffer.from(`\nget-mark :${at.mark}\n`);
  return Buffer.concat([Buffer.from(head.join("")), ...changes, tail]);
}

function renderMessage({ message = "x" }: CommitSpec): string {
  return `data ${Buffer.byteLength(message)}\n${message}\n`;
}

function renderFile(path: string | Buffer, contents: Contents): Buffer {
  const bytes = [...Buffer.from(path)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`);
  const quoted = `"${bytes.join("")}"`;
  if (contents === null) return Buffer.from(`D ${quoted}\n`);
  const data = Buffer.from(contents);
  return Buffer.concat([
    Buffer.from(`M 100644 inline ${quoted}\ndata ${data.length}\n`),
    data,
    Buffer.from("\n"),
  ]);
}
