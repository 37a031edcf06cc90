/** Shapes a webhook delivery as GitHub's API does. */
import type { RestEndpointMethodTypes } from "@octokit/rest";
import type { AppIdentity } from "../identity.ts";
import type { Delivery } from "../state.ts";

export type DeliveryJson =
  RestEndpointMethodTypes["apps"]["listWebhookDeliveries"]["response"]["data"][number];

export function deliveryJson(delivery: Delivery, identity: AppIdentity): DeliveryJson {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt.toISOString(),
    redelivery: delivery.redelivery,
    duration: delivery.durationS,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: identity.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}
