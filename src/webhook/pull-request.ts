/** `pull_request`: asks for a scan of what it proposes, or for its head to be judged without it. */
import { recordPerson } from "../db/people.ts";
import { recordPull } from "../db/pulls.ts";
import { forgetPullRanges, recordRange } from "../db/ranges.ts";
import type { DbTransaction } from "../db/schema.ts";
import { asObjectId } from "../model/ids.ts";
import type { Job } from "./intake.ts";
import { type EventOrigin, type EventPayload, recordOrigin, type SenderPayload } from "./sender.ts";

export interface PullRequestPayload extends EventPayload {
  readonly action: string;
  readonly changes?: { readonly base?: unknown };
  readonly pull_request: PullRequest;
}

interface PullRequest {
  readonly number: number;
  readonly state: string;
  readonly user?: SenderPayload | null;
  readonly head: { readonly sha: string; readonly repo: { readonly id: number } | null };
  readonly base: {
    readonly sha: string;
    readonly ref: string;
    readonly repo: { readonly id: number };
  };
}

/** Actions after which the commits, or what they are compared with, may be others. */
const SCANNED_ACTIONS: ReadonlySet<string> = new Set([
  "opened",
  "synchronize",
  "reopened",
  "ready_for_review",
]);

export async function takePullRequest(
  trx: DbTransaction,
  payload: PullRequestPayload,
  { hasKeyInName, now }: { readonly hasKeyInName: boolean; readonly now: Date },
): Promise<readonly Job[]> {
  const { action, pull_request: pull } = payload;
  const isBaseChanged = action === "edited" && payload.changes?.base !== undefined;
  const isScanned = SCANNED_ACTIONS.has(action) || isBaseChanged;
  if (!isScanned && action !== "closed") return [];
  const origin = await recordOrigin(trx, payload, now);
  const head = asObjectId(pull.head.sha);
  await recordPull(trx, {
    repository_id: origin.repositoryId,
    number: pull.number,
    head,
    base_branch: hasKeyInName ? "" : pull.base.ref,
    is_open: pull.state === "open",
    is_fork: pull.head.repo?.id !== pull.base.repo.id,
    author_id: await recordAuthor(trx, pull),
    updated_at: now,
  });
  if (action === "closed") return await closePull(trx, origin, pull);
  const rangeId = await recordRange(trx, {
    repository_id: origin.repositoryId,
    head,
    source: "pull",
    source_id: pull.number,
    base: asObjectId(pull.base.sha),
    pusher_id: origin.senderId,
    updated_at: now,
  });
  const data = { installationId: origin.installationId, rangeId };
  return [{ name: "scan-range", data, priority: "urgent" }];
}

/** A closed pull request proposes nothing any more: its head is judged by what else is known. */
async function closePull(
  trx: DbTransaction,
  origin: EventOrigin,
  pull: PullRequest,
): Promise<readonly Job[]> {
  const { installationId, repositoryId } = origin;
  await forgetPullRanges(trx, repositoryId, pull.number);
  const head = asObjectId(pull.head.sha);
  return [{ name: "report-head", data: { installationId, repositoryId, head } }];
}

async function recordAuthor(trx: DbTransaction, { user }: PullRequest): Promise<number | null> {
  if (user == null) return null;
  await recordPerson(trx, { id: user.id, login: user.login, is_bot: user.type === "Bot" });
  return user.id;
}
