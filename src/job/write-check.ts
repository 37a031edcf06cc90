/** Brings the check run of a head in line with a state: created once, edited afterwards. */
import { recordIntent, recordIntentDone } from "../db/intents.ts";
import { withLock } from "../db/locks.ts";
import { listRanges } from "../db/ranges.ts";
import type { RepositoryRow } from "../db/repositories.ts";
import {
  type CheckKey,
  type CheckState,
  createCheckRun,
  findCheckRun,
  updateCheckRun,
} from "../github/check-runs.ts";
import { sha256Hex } from "../lib/sha256.ts";
import type { InstallationId, ObjectId, RepositoryId } from "../model/ids.ts";
import { renderCheckRunInProgress } from "../report/check-run.ts";
import type { JobParts } from "./parts.ts";

export interface RepositorySubject {
  readonly repository: RepositoryRow;
  readonly installationId: InstallationId;
}

export interface CheckSubject extends RepositorySubject {
  readonly head: string;
}

/** Runs `work` while nobody else touches what is said of this head. */
export async function withHeadLock<Result>(
  parts: JobParts,
  subject: CheckSubject,
  work: () => Promise<Result>,
): Promise<Result> {
  return await withLock(parts.db, `head ${subject.repository.id} ${subject.head}`, work);
}

/** Sends a state, unless GitHub shows it already. Call it under the head's lock. */
export async function writeCheck(
  parts: JobParts,
  subject: CheckSubject,
  state: CheckState,
): Promise<void> {
  const octokit = parts.github.installation(subject.installationId);
  const contentHash = sha256Hex(JSON.stringify(state));
  const intentKey = intentKeyOf(subject);
  const { row, wasThere } = await recordIntent(parts.db, intentKey, parts.now());
  if (row.content_hash === contentHash) return;
  const key = checkKeyOf(parts, subject);
  const known = row.remote_id ?? (wasThere ? await findCheckRun(octokit, key) : undefined);
  if (known !== undefined) await updateCheckRun(octokit, key, known, state);
  const remoteId = known ?? (await createCheckRun(octokit, key, state));
  await recordIntentDone(parts.db, intentKey, {
    remoteId,
    placeId: subject.repository.id,
    contentHash,
  });
}

/**
 * Shows the head as in progress if its scan is not over soon, so that a required check is never
 * missing without a word. A failure to do so is logged only: the report comes anyway.
 */
export function showProgress(
  parts: JobParts,
  subject: CheckSubject,
  afterMs: number,
): { end(): Promise<void> } {
  let shown: Promise<void> = Promise.resolve();
  const timer = setTimeout(() => {
    shown = withHeadLock(parts, subject, async () => {
      // The scan may be over by now, and its report sent: nothing may then reopen the check.
      if (await isWaiting(parts, subject)) {
        await writeCheck(parts, subject, renderCheckRunInProgress());
      }
    }).catch((cause: unknown) => {
      parts.log.warn({ error: String(cause) }, "a check in progress could not be shown");
    });
  }, afterMs);
  return {
    async end() {
      clearTimeout(timer);
      await shown;
    },
  };
}

async function isWaiting(parts: JobParts, { repository, head }: CheckSubject): Promise<boolean> {
  const ranges = await listRanges(parts.db, repository.id as RepositoryId, head as ObjectId);
  return ranges.some((range) => range.state === "waiting");
}

function intentKeyOf({ repository, head }: CheckSubject) {
  return { kind: "check-run", repositoryId: repository.id as RepositoryId, target: head } as const;
}

function checkKeyOf(parts: JobParts, { repository, head }: CheckSubject): CheckKey {
  return {
    owner: repository.owner,
    repo: repository.name,
    appId: parts.appId,
    head,
    externalId: `head-${repository.id}-${head.slice(0, 40)}`,
  };
}
