/** Webhook deliveries that GitHub could not bring here, and what they held. */
import type { Octokit } from "@octokit/rest";

export interface FailedDelivery {
  /** GitHub's id of this attempt. */
  readonly id: number;
  /** `X-GitHub-Delivery`: the same for every attempt. */
  readonly guid: string;
  readonly event: string;
  readonly deliveredAt: Date;
}

const PER_PAGE = 100;
const PAGES_MAX = 50;

/**
 * Deliveries since a moment of which this attempt failed, oldest first, at most 5,000. Some may
 * have been redelivered with success since.
 */
export async function listFailedDeliveries(
  app: Octokit,
  since: Date,
): Promise<readonly FailedDelivery[]> {
  const failed: FailedDelivery[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { data, headers } = await app.rest.apps.listWebhookDeliveries({
      per_page: PER_PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    for (const delivery of data) {
      const deliveredAt = new Date(delivery.delivered_at);
      if (deliveredAt < since) return failed.toReversed();
      if (delivery.status_code >= 200 && delivery.status_code < 300) continue;
      failed.push({ id: delivery.id, guid: delivery.guid, event: delivery.event, deliveredAt });
    }
    cursor = /[?&]cursor=([^&>]+)[^>]*>;\s*rel="next"/.exec(headers.link ?? "")?.[1];
    if (cursor === undefined) break;
  }
  return failed.toReversed();
}

/** The payload of a delivery, as it was sent; undefined where GitHub no longer has it. */
export async function findDeliveryPayload(app: Octokit, id: number): Promise<object | undefined> {
  const { data } = await app.rest.apps.getWebhookDelivery({ delivery_id: id });
  const { payload } = data.request;
  return payload === null || payload === undefined ? undefined : (payload as object);
}
