/**
 * Stands in for `src/source/git-source.ts` where thousands of seeds are run: the same answers, worked
 * out in memory from what the seed planned, without the ninety processes that git takes for a seed.
 */
import { createHash } from "node:crypto";
import type { Change } from "../../src/model/change.ts";
import type { Fragment } from "../../src/model/fragment.ts";
import type { ObjectId } from "../../src/model/ids.ts";
import type { GitRemote } from "../../src/source/git-settings.ts";
import type { GitSource, WalkRequest } from "../../src/source/git-source.ts";
import type { Walk } from "../../src/source/walk.ts";

/** What a repository holds, as the world tells it. */
export interface Graph {
  /** Parents come before their children. */
  readonly commits: readonly GraphCommit[];
  /** Commits by full name of the ref. */
  readonly refs: Readonly<Record<string, string>>;
}

export interface GraphCommit {
  readonly id: string;
  readonly parent: string | null;
  /** Contents by path; null deletes the file. */
  readonly files: Readonly<Record<string, string | null>>;
}

/** Where a world tells of a repository, in place of git's own address. */
export const GRAPH_PATH = "/simulation";

const AUTHOR = { name: "Ada", email: "ada@example.org" };

export function createGitSource(): GitSource {
  return {
    openWalk,
    async listTips(remote) {
      const { refs } = await readGraph(remote);
      const heads = Object.entries(refs).filter(([ref]) => ref.startsWith("refs/heads/"));
      return new Map(heads.map(([ref, id]) => [ref, id as ObjectId]));
    },
    dropCache: async () => undefined,
    dropUnusedCaches: async () => 0,
  };
}

async function readGraph({ url }: GitRemote): Promise<Graph> {
  const { origin, pathname } = new URL(url);
  const response = await fetch(`${origin}${GRAPH_PATH}${pathname}/git-upload-pack`);
  if (!response.ok) throw new Error(`the repository is not to be had (${response.status})`);
  return (await response.json()) as Graph;
}

interface Placed extends GraphCommit {
  readonly committedAt: Date;
  readonly tree: ReadonlyMap<string, ObjectId>;
}

interface Repository {
  readonly commits: ReadonlyMap<string, Placed>;
  readonly contents: ReadonlyMap<ObjectId, string>;
  /** The commit and all before it, newest first; none where it is not known. */
  lineOf(id: string): readonly Placed[];
}

async function openWalk(request: WalkRequest): Promise<Walk> {
  const graph = await readGraph(request.remote);
  const repository = place(graph);
  const { commits } = repository;
  const head = commits.get(request.head);
  if (head === undefined) throw new Error("the repository does not have this commit");
  const wanted = [...(request.baseRefs ?? []), ...(request.fetchRefs ?? [])];
  const tips = new Map(wanted.map((ref) => [ref, graph.refs[ref]] as const));
  const known = request.bases.filter((base) => commits.has(base));
  const baseTips = (request.baseRefs ?? []).map((ref) => tips.get(ref) ?? "");
  const bases = [...known, ...baseTips.filter((tip) => commits.has(tip))];
  const before = new Set(bases.flatMap((base) => repository.lineOf(base)));
  const range = repository.lineOf(head.id).filter((commit) => !before.has(commit));
  const scanned = new Set(request.scannedTips.flatMap((tip) => repository.lineOf(tip)));
  const rangeBlobs = blobsOf(range).difference(blobsOf([...before]));
  const blobsToScan = rangeBlobs.difference(blobsOf([...scanned]));
  return {
    head: request.head,
    commitCount: range.length,
    rangeBlobs: [...rangeBlobs],
    blobsToScan: [...blobsToScan],
    shallow: false,
    basesAreScanned: [...before].every((commit) => scanned.has(commit)),
    missingBases: request.bases.filter((base) => !commits.has(base)),
    tipOf: (ref) => tips.get(ref) as ObjectId | undefined,
    fragments: () => readBlobs(repository, blobsToScan),
    readBlobs: (ids) => readBlobs(repository, ids),
    changes: async (blobs) =>
      range.toReversed().flatMap((one) => listChanges(repository, one, blobs)),
    async *texts() {
      yield range.toReversed().map(({ id, committedAt }) => ({
        commit: id as ObjectId,
        author: AUTHOR,
        committedAt,
        message: "x",
        newPaths: [],
      }));
    },
    tagMessage: async () => undefined,
    async treeHolds(commit, blobs) {
      const entries = [...(commits.get(commit)?.tree ?? [])].filter(([, blob]) => blobs.has(blob));
      return new Map(entries.map(([path, blob]) => [blob, path]));
    },
    isAncestor: async (ancestor, descendant) =>
      repository.lineOf(descendant).some(({ id }) => id === ancestor),
    async mergeBases(one, other) {
      const line = new Set(repository.lineOf(one));
      const first = repository.lineOf(other).find((commit) => line.has(commit));
      return first === undefined ? [] : [first.id as ObjectId];
    },
    close: async () => undefined,
  };
}

const FIRST_COMMIT_MS = 1_700_000_000_000;

function place(graph: Graph): Repository {
  const commits = new Map<string, Placed>();
  const contents = new Map<ObjectId, string>();
  for (const [index, commit] of graph.commits.entries()) {
    const tree = new Map(commits.get(commit.parent ?? "")?.tree);
    for (const [path, text] of Object.entries(commit.files)) {
      if (text === null) tree.delete(path);
      else tree.set(path, idOf(text));
      if (text !== null) contents.set(idOf(text), text);
    }
    commits.set(commit.id, { ...commit, tree, committedAt: new Date(FIRST_COMMIT_MS + index) });
  }
  return {
    commits,
    contents,
    lineOf(id) {
      const line: Placed[] = [];
      for (let at = commits.get(id); at !== undefined; at = commits.get(at.parent ?? "")) {
        line.push(at);
      }
      return line;
    },
  };
}

function idOf(text: string): ObjectId {
  const header = `blob ${Buffer.byteLength(text)}\0`;
  return createHash("sha1").update(header).update(text).digest("hex") as ObjectId;
}

function blobsOf(commits: readonly Placed[]): ReadonlySet<ObjectId> & Set<ObjectId> {
  return new Set(commits.flatMap(({ tree }) => [...tree.values()]));
}

async function* readBlobs(
  { contents }: Repository,
  ids: Iterable<ObjectId>,
): AsyncGenerator<Fragment> {
  for (const blob of ids) yield { blob, bytes: Buffer.from(contents.get(blob) ?? "") };
}

function listChanges(
  { commits }: Repository,
  { id, parent, tree, files, committedAt }: Placed,
  blobs: ReadonlySet<ObjectId>,
): readonly Change[] {
  const old = commits.get(parent ?? "")?.tree;
  const replaced = Object.keys(files).flatMap((path) => old?.get(path) ?? []);
  return Object.keys(files).flatMap((path) => {
    const blob = tree.get(path);
    if (blob === undefined || !blobs.has(blob)) return [];
    const before = old?.get(path);
    return [
      {
        commit: id as ObjectId,
        author: AUTHOR,
        committedAt,
        path,
        blob,
        oldBlobs: before === undefined ? [] : [before],
        deletedBlobs: replaced,
      },
    ];
  });
}
