/** `push`: a branch or tag moved; asks for a scan of what it brings. */
import { recordRange } from "../db/ranges.ts";
import { recordRef, recordScannedTip } from "../db/refs.ts";
import type { DbTransaction } from "../db/schema.ts";
import { asObjectId, isNullObjectId } from "../model/ids.ts";
import type { Job } from "./intake.ts";
import { type EventPayload, recordOrigin } from "./sender.ts";

export interface PushPayload extends EventPayload {
  readonly ref: string;
  /** All zeros for a new ref. */
  readonly before: string;
  /** All zeros for a deleted ref. */
  readonly after: string;
}

export async function takePush(
  trx: DbTransaction,
  payload: PushPayload,
  now: Date,
): Promise<readonly Job[]> {
  const origin = await recordOrigin(trx, payload, now);
  const refId = await recordRef(trx, origin.repositoryId, payload.ref);
  if (isNullObjectId(payload.after)) {
    // What a deleted ref held stays reachable on GitHub, but nothing new came.
    await recordScannedTip(trx, refId, { tip: null, rulesHash: "", at: now });
    return [];
  }
  const rangeId = await recordRange(trx, {
    repository_id: origin.repositoryId,
    head: asObjectId(payload.after),
    source: "push",
    source_id: refId,
    base: isNullObjectId(payload.before) ? null : asObjectId(payload.before),
    pusher_id: origin.senderId,
    updated_at: now,
  });
  return [{ name: "scan-range", data: { installationId: origin.installationId, rangeId } }];
}
