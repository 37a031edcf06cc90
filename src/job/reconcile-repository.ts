/** Finds what no webhook told: refs that moved, and pull requests that were opened, meanwhile. */
import { recordPerson } from "../db/people.ts";
import { recordPull } from "../db/pulls.ts";
import { findSameRange } from "../db/ranges.ts";
import { getRepository, recordReconciled } from "../db/repositories.ts";
import { listOpenPullRequests, type OpenPull } from "../github/installed-repositories.ts";
import { type InstallationId, NO_OBJECT, type ObjectId, type RepositoryId } from "../model/ids.ts";
import type { JobData } from "../queue/jobs.ts";
import type { JobContext } from "../queue/workers.ts";
import { enqueueHistory } from "./enqueue-history.ts";
import { enqueueRange, keyOf } from "./enqueue-range.ts";
import { maskLines } from "./mask-texts.ts";
import { RANGE_OWN_LIMITS } from "./own/use.ts";
import { withKnownOwnRules } from "./own/with-own-rules.ts";
import type { JobParts } from "./parts.ts";
import { reconcileRefs } from "./reconcile-refs.ts";
import { remoteOf } from "./remote-of.ts";
import { takeRefNames } from "./take-ref-names.ts";
import type { RepositorySubject } from "./write-check.ts";

export async function reconcileRepository(
  parts: JobParts,
  data: JobData["reconcile-repository"],
  { signal }: JobContext,
): Promise<void> {
  const installationId = data.installationId as InstallationId;
  if (!(await parts.serves(installationId, data.repositoryId))) return;
  const startedAt = parts.now();
  const repository = await getRepository(parts.db, data.repositoryId);
  const subject: RepositorySubject = { repository, installationId };
  const own = await withKnownOwnRules(parts, subject, RANGE_OWN_LIMITS);
  const tips = await parts.source.listTips(remoteOf(parts, subject), signal);
  const isHistoryRead = repository.history_rules === own.rules.hash;
  await takeRefNames(own, subject, [...tips.keys()]);
  const isAll = await reconcileRefs(parts, subject, tips, isHistoryRead);
  const octokit = parts.github.installation(installationId);
  const name = { owner: repository.owner, repo: repository.name };
  const pulls = await listOpenPullRequests(octokit, name);
  const bases = pulls.map(({ baseBranch }) => baseBranch);
  const masked = await maskLines(own, repository, bases, NO_OBJECT);
  for (const pull of pulls) {
    const hasKeyInName = masked.has(pull.baseBranch);
    await reconcilePull(parts, subject, hasKeyInName ? { ...pull, baseBranch: "" } : pull);
  }
  if (!isHistoryRead && tips.size > 0) {
    await enqueueHistory(parts, data, `${data.repositoryId} ${own.rules.hash}`);
  }
  // The next recovery goes on where this one had to stop.
  if (isAll) await recordReconciled(parts.db, repository.id as RepositoryId, startedAt);
}

async function reconcilePull(
  parts: JobParts,
  subject: RepositorySubject,
  pull: OpenPull,
): Promise<void> {
  const { author } = pull;
  if (author !== null) {
    await recordPerson(parts.db, { id: author.id, login: author.login, is_bot: author.isBot });
  }
  await recordPull(parts.db, {
    repository_id: subject.repository.id,
    number: pull.number,
    head: pull.head,
    base_branch: pull.baseBranch,
    is_open: true,
    is_fork: pull.isFork,
    author_id: author?.id ?? null,
    updated_at: parts.now(),
  });
  const range = {
    source: "pull",
    sourceId: pull.number,
    head: pull.head as ObjectId,
    base: pull.base,
    personId: author?.id ?? null,
  } as const;
  // A range that is known is waiting, done, or will be retried: it needs nothing from here.
  const same = await findSameRange(parts.db, keyOf(subject, range));
  if (same === undefined) await enqueueRange(parts, subject, range);
}
