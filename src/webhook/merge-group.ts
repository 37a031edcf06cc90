/** `merge_group`: a merge queue waits for the check of the commit it would make. */
import { recordRange } from "../db/ranges.ts";
import type { DbTransaction } from "../db/schema.ts";
import { asObjectId } from "../model/ids.ts";
import type { Job } from "./intake.ts";
import { type EventPayload, recordOrigin } from "./sender.ts";

export interface MergeGroupPayload extends EventPayload {
  readonly merge_group: { readonly head_sha: string; readonly base_sha: string };
}

export async function takeMergeGroup(
  trx: DbTransaction,
  payload: MergeGroupPayload,
  now: Date,
): Promise<readonly Job[]> {
  const { installationId, repositoryId, senderId } = await recordOrigin(trx, payload, now);
  const rangeId = await recordRange(trx, {
    repository_id: repositoryId,
    head: asObjectId(payload.merge_group.head_sha),
    source: "merge-group",
    source_id: 0,
    base: asObjectId(payload.merge_group.base_sha),
    pusher_id: senderId,
    updated_at: now,
  });
  return [{ name: "scan-range", data: { installationId, rangeId }, priority: "urgent" }];
}
