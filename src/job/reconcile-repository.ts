/** Finds what no webhook told: refs that moved, and pull requests that were opened, meanwhile. */
import { recordPerson } from "../db/people.ts";
import { recordPull } from "../db/pulls.ts";
import { findSameRange, hasUnscannedPush, recordRange } from "../db/ranges.ts";
import { findRef, recordRef } from "../db/refs.ts";
import { getRepository, recordReconciled } from "../db/repositories.ts";
import type { RangeSource } from "../db/schema.ts";
import { listOpenPullRequests, type OpenPull } from "../github/installed-repositories.ts";
import { type InstallationId, NO_OBJECT, type ObjectId, type RepositoryId } from "../model/ids.ts";
import type { JobData } from "../queue/jobs.ts";
import type { JobContext } from "../queue/workers.ts";
import { enqueueHistory } from "./enqueue-history.ts";
import { maskLines } from "./mask-texts.ts";
import { RANGE_OWN_LIMITS } from "./own/use.ts";
import { withKnownOwnRules } from "./own/with-own-rules.ts";
import type { JobParts } from "./parts.ts";
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
  for (const [ref, tip] of tips) await reconcileRef(parts, subject, ref, tip, isHistoryRead);
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
  await recordReconciled(parts.db, repository.id as RepositoryId, startedAt);
}

/**
 * A ref that was scanned before is judged from there; others wait for the reading of the history.
 * So is one of which the newest push was told and an earlier one was not: what that brought is
 * between the tip that was scanned and what the newest was compared with.
 */
async function reconcileRef(
  parts: JobParts,
  subject: RepositorySubject,
  ref: string,
  tip: ObjectId,
  isHistoryRead: boolean,
): Promise<void> {
  const repositoryId = subject.repository.id as RepositoryId;
  const known = await findRef(parts.db, repositoryId, ref);
  if (known?.scanned_tip === tip) return;
  const base = known?.scanned_tip ?? null;
  if (base === null && !isHistoryRead) return;
  const sourceId = known?.id ?? (await recordRef(parts.db, repositoryId, ref));
  const range = { source: "push", sourceId, head: tip, base, personId: null } as const;
  const same = await findSameRange(parts.db, keyOf(subject, range));
  // What waits for its scan, or failed, leads there by itself.
  if (same !== undefined && (await hasUnscannedPush(parts.db, repositoryId, sourceId))) return;
  if (same === undefined || (base !== null && same.base !== base)) {
    await enqueueRange(parts, subject, range);
  }
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

interface WantedRange {
  readonly source: RangeSource;
  readonly sourceId: number;
  readonly head: ObjectId;
  readonly base: string | null;
  readonly personId: number | null;
}

function keyOf(
  { repository }: RepositorySubject,
  { head, source, sourceId }: Pick<WantedRange, "head" | "source" | "sourceId">,
) {
  return { repository_id: repository.id, head, source, source_id: sourceId };
}

async function enqueueRange(
  parts: JobParts,
  subject: RepositorySubject,
  wanted: WantedRange,
): Promise<void> {
  const { installationId } = subject;
  await parts.db.transaction().execute(async (trx) => {
    const rangeId = await recordRange(trx, {
      ...keyOf(subject, wanted),
      base: wanted.base,
      pusher_id: wanted.personId,
      updated_at: parts.now(),
    });
    const priority = wanted.source === "pull" ? "normal" : "background";
    await parts.queue.enqueue(trx, "scan-range", { installationId, rangeId }, { priority });
  });
  parts.queue.wake("scan-range");
}
