/** Webhook deliveries that were taken in, so that a redelivery does nothing twice. */
import { inChunks } from "../lib/chunks.ts";
import type { DeliveryId } from "../model/ids.ts";
import type { Db } from "./schema.ts";

/** @returns false when this delivery was taken in before. */
export async function recordDelivery(
  db: Db,
  delivery: { readonly id: DeliveryId; readonly event: string; readonly receivedAt: Date },
): Promise<boolean> {
  const result = await db
    .insertInto("deliveries")
    .values({ id: delivery.id, event: delivery.event, received_at: delivery.receivedAt })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

const IDS_PER_STATEMENT_MAX = 5_000;

/** Those of the given delivery ids that were taken in. */
export async function listDeliveriesKnown(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const chunk of inChunks(ids, IDS_PER_STATEMENT_MAX)) {
    const rows = await db.selectFrom("deliveries").select("id").where("id", "in", chunk).execute();
    for (const row of rows) known.add(row.id);
  }
  return known;
}
