/** Turns what a push did to the refs into the events that GitHub sends about it. */
import { isNullObjectId } from "../model/ids.ts";
import { followPush } from "./act/follow-push.ts";
import { ensureCheckSuite } from "./check-suites.ts";
import { checkSuiteRequestedPayload } from "./event/check.ts";
import { type PushContent, pushPayload } from "./event/push.ts";
import { getCommit, listCommits, listNewIds } from "./git/commits.ts";
import { git } from "./git/git.ts";
import { isAncestor } from "./git/pull-refs.ts";
import { listRefChanges, type RefChange, type Refs } from "./git/refs.ts";
import { LIMITS } from "./limits.ts";
import type { Parts } from "./parts.ts";
import { type Account, type Push, type Repository, remember } from "./state.ts";

export interface RecordedPush {
  readonly repository: Repository;
  readonly before: Refs;
  readonly after: Refs;
  readonly sender: Account;
}

/**
 * Records one push for each changed ref; sends `push`, for branches `check_suite` as well. Pull
 * requests follow their branches.
 */
export async function recordPush(push: RecordedPush, parts: Parts): Promise<void> {
  const { repository, before, after, sender } = push;
  const changes = listRefChanges(before, after);
  if (changes.length === 0) return;
  repository.pushedAt = parts.now();
  await adoptDefaultBranch(repository, after, parts);
  const known = new Map(before);
  for (const change of announced(changes, repository)) {
    await announce(change, { repository, known, sender, parts });
    if (isNullObjectId(change.after)) known.delete(change.ref);
    else known.set(change.ref, change.after);
  }
  await followPush(repository, changes, { actor: sender, parts });
  parts.state.changed();
}

interface Scene {
  readonly repository: Repository;
  readonly sender: Account;
  /** Refs as they stood before the change that is announced. */
  readonly known: Refs;
  readonly parts: Parts;
}

/** The changes that GitHub tells of; the default branch first, since the others are told by it. */
function announced(changes: readonly RefChange[], repository: Repository): RefChange[] {
  const isDefault = ({ ref }: RefChange): boolean => ref === branchRef(repository.defaultBranch);
  const branches = changes.filter(({ ref }) => ref.startsWith("refs/heads/"));
  const tags = changes.filter(({ ref }) => ref.startsWith("refs/tags/"));
  return [
    ...(branches.length > LIMITS.branchesOfPush
      ? []
      : [...branches.filter(isDefault), ...branches.filter((change) => !isDefault(change))]),
    ...(tags.length > LIMITS.tagsOfPush ? [] : tags),
  ];
}

/** The first branch pushed to an empty repository becomes its default, whatever its name. */
async function adoptDefaultBranch(
  repository: Repository,
  after: Refs,
  { store }: Parts,
): Promise<void> {
  if (after.has(branchRef(repository.defaultBranch))) return;
  const [first] = [...after.keys()].filter((ref) => ref.startsWith("refs/heads/"));
  if (first === undefined) return;
  repository.defaultBranch = first.slice("refs/heads/".length);
  await git(store.dirOf(repository), ["symbolic-ref", "HEAD", first]);
}

async function announce(change: RefChange, scene: Scene): Promise<void> {
  const { repository, parts } = scene;
  const { state, webhooks } = parts;
  const content = await readContent(change, scene);
  remember(state.pushes, content.push);
  webhooks.deliver("push", pushPayload(content, parts));
  const head = content.headCommit;
  if (head === null || !repository.installed || !change.ref.startsWith("refs/heads/")) return;
  const source = {
    repository,
    headSha: head.id,
    headBranch: change.ref.slice("refs/heads/".length),
    before: change.before,
  };
  const suite = ensureCheckSuite(source, state, parts.now());
  webhooks.deliver("check_suite", checkSuiteRequestedPayload(suite, head, parts));
}

async function readContent(change: RefChange, scene: Scene): Promise<PushContent> {
  const { repository, sender, parts } = scene;
  const dir = parts.store.dirOf(repository);
  const created = isNullObjectId(change.before);
  const deleted = isNullObjectId(change.after);
  const none = { commits: [], newIds: new Set<string>(), headCommit: null };
  const read = deleted ? none : await readCommits(dir, change, scene);
  const forced = !created && !deleted && !(await isAncestor(dir, change.before, change.after));
  const push: Push = {
    id: parts.state.nextId(),
    repository,
    sender,
    ...change,
    forced,
    commitCount: read.commits.length,
    headline: read.headCommit?.message.split("\n", 1)[0] ?? "",
    at: parts.now(),
  };
  return { push, created, deleted, ...read };
}

type CommitsOfPush = Pick<PushContent, "commits" | "newIds" | "headCommit">;

async function readCommits(dir: string, change: RefChange, scene: Scene): Promise<CommitsOfPush> {
  const [commits, newIds] = await Promise.all([
    listCommits(dir, change.after, baseOf(change, scene)),
    listNewIds(dir, change.after, [...scene.known.values()]),
  ]);
  // The last commit is the tip, except where the push brought none: a tag, a branch moved back.
  return { commits, newIds, headCommit: commits.at(-1) ?? (await getCommit(dir, change.after)) };
}

/** What the commits of a push are compared with: its own past, for a new ref the default branch. */
function baseOf(change: RefChange, { repository, known }: Scene): string[] {
  if (!isNullObjectId(change.before)) return [change.before];
  const base = known.get(branchRef(repository.defaultBranch));
  return base === undefined ? [] : [base];
}

function branchRef(branch: string): string {
  return `refs/heads/${branch}`;
}
