/** Asks for a scan that no webhook asked for. */
import { type RangeRow, recordRange } from "../db/ranges.ts";
import type { RangeSource } from "../db/schema.ts";
import type { ObjectId } from "../model/ids.ts";
import type { JobParts } from "./parts.ts";
import type { RepositorySubject } from "./write-check.ts";

export interface WantedRange {
  readonly source: RangeSource;
  readonly sourceId: number;
  readonly head: ObjectId;
  readonly base: string | null;
  readonly personId: number | null;
}

/** By which a range is found that may be known. */
export function keyOf(
  { repository }: RepositorySubject,
  { head, source, sourceId }: Pick<WantedRange, "head" | "source" | "sourceId">,
): Pick<RangeRow, "repository_id" | "head" | "source" | "source_id"> {
  return { repository_id: repository.id, head, source, source_id: sourceId };
}

export async function enqueueRange(
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
