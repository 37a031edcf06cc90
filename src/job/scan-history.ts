/**
 * Reads the whole history of a repository: the default branch first, then what other refs add.
 *
 * Each ref is recorded when it is done, so a job that is interrupted goes on where it stopped.
 * History judges no head: its keys were there before, and get issues, not red checks.
 */
import { findSameRange, recordRange } from "../db/ranges.ts";
import { recordRef } from "../db/refs.ts";
import { getRepository, type RepositoryRow, recordHistoryRead } from "../db/repositories.ts";
import type { InstallationId, ObjectId, RepositoryId } from "../model/ids.ts";
import type { JobData } from "../queue/jobs.ts";
import type { JobContext } from "../queue/workers.ts";
import { HISTORY_OWN_LIMITS } from "./own/use.ts";
import { noticeOwnRules, withOwnRules } from "./own/with-own-rules.ts";
import type { JobParts } from "./parts.ts";
import { remoteOf } from "./remote-of.ts";
import { scan } from "./scan-range.ts";

export async function scanHistory(
  parts: JobParts,
  data: JobData["scan-history"],
  { signal }: JobContext,
): Promise<void> {
  const installationId = data.installationId as InstallationId;
  if (!(await parts.serves(installationId, data.repositoryId))) return;
  const repository = await getRepository(parts.db, data.repositoryId);
  const subject = { repository, installationId };
  const own = await withOwnRules(parts, subject, HISTORY_OWN_LIMITS);
  const tips = await parts.source.listTips(remoteOf(parts, subject), signal);
  // Thousands of tags often name few commits: a tip that was read brings nothing by another name.
  const read = new Set<ObjectId>();
  for (const [ref, tip] of inReadingOrder(tips, repository)) {
    signal.throwIfAborted();
    if (!read.has(tip)) await scanRef(own, { ...subject, signal }, ref, tip);
    read.add(tip);
  }
  await recordHistoryRead(parts.db, repository.id as RepositoryId, own.rules.hash);
  await noticeOwnRules(own, subject);
  parts.log.info({ repository: repository.id, refs: tips.size }, "history read");
}

async function scanRef(
  parts: JobParts,
  subject: {
    readonly repository: RepositoryRow;
    readonly installationId: InstallationId;
    readonly signal: AbortSignal;
  },
  ref: string,
  tip: ObjectId,
): Promise<void> {
  const repositoryId = subject.repository.id as RepositoryId;
  const sourceId = await recordRef(parts.db, repositoryId, ref);
  const place = { repository_id: repositoryId, head: tip, source_id: sourceId };
  // A new ref that was just pushed is read by its own range, and judged: were it read here first,
  // a second ref to the same commits would make it look known.
  const pushed = await findSameRange(parts.db, { ...place, source: "push" });
  const isReadThere = pushed?.state === "waiting" || pushed?.rules_hash === parts.rules.hash;
  if (pushed?.base === null && isReadThere) return;
  const wanted = { ...place, source: "history" } as const;
  const known = await findSameRange(parts.db, wanted);
  if (known?.state === "scanned" && known.rules_hash === parts.rules.hash) return;
  await recordRange(parts.db, {
    ...wanted,
    base: null,
    pusher_id: null,
    updated_at: parts.now(),
  });
  const range = await findSameRange(parts.db, wanted);
  if (range !== undefined) await scan(parts, { ...subject, range });
}

/** The default branch first: most of the others add little to it. */
function inReadingOrder(
  tips: ReadonlyMap<string, ObjectId>,
  repository: RepositoryRow,
): readonly (readonly [string, ObjectId])[] {
  const first = `refs/heads/${repository.default_branch}`;
  return [...tips].sort(([a], [b]) => Number(b === first) - Number(a === first));
}
