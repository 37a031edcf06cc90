/** Webhook deliveries: how the last went, which GitHub could not bring here, what they held. */
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
      if (isTaken(delivery.status_code)) continue;
      failed.push({ id: delivery.id, guid: delivery.guid, event: delivery.event, deliveredAt });
    }
    cursor = /[?&]cursor=([^&>]+)[^>]*>;\s*rel="next"/.exec(headers.link ?? "")?.[1];
    if (cursor === undefined) break;
  }
  return failed.toReversed();
}

export interface DeliveryOutcome {
  readonly event: string;
  readonly deliveredAt: Date;
  readonly isTaken: boolean;
  /** In GitHub's words, such as `OK` or `failed to connect to host`. */
  readonly status: string;
}

/** The last attempts, newest first, at most 100. */
export async function listRecentDeliveries(app: Octokit): Promise<readonly DeliveryOutcome[]> {
  const { data } = await app.rest.apps.listWebhookDeliveries({ per_page: PER_PAGE });
  return data.map((delivery) => ({
    event: delivery.event,
    deliveredAt: new Date(delivery.delivered_at),
    isTaken: isTaken(delivery.status_code),
    status: delivery.status,
  }));
}

function isTaken(statusCode: number): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** The payload of a delivery, as it was sent; undefined where GitHub no longer has it. */
export async function findDeliveryPayload(app: Octokit, id: number): Promise<object | undefined> {
  const { data } = await app.rest.apps.getWebhookDelivery({ delivery_id: id });
  const { payload } = data.request;
  return payload === null || payload === undefined ? undefined : (payload as object);
}
