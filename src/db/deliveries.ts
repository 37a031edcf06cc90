/** Webhook deliveries that were taken in, so that a redelivery does nothing twice. */
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
