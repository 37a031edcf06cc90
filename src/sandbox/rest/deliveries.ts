/** Endpoints of the App's webhook: how it is set up, and its deliveries. */
import { deliveryJson } from "../json/delivery.ts";
import type { Delivery } from "../state.ts";
import { notFound } from "./api-error.ts";
import { answerFrom } from "./paging.ts";
import { type Call, defineRoute, type Route } from "./route.ts";

/** GitHub never shows the secret, only that there is one. */
const SECRET_MASK = "********";

export const deliveryRoutes: readonly Route[] = [
  defineRoute({
    method: "GET",
    path: "/app/hook/config",
    access: { kind: "app" },
    handle: ({ parts }) => ({
      status: 200,
      body: {
        url: parts.webhooks.url(),
        content_type: "json",
        secret: SECRET_MASK,
        insecure_ssl: "0",
      },
    }),
  }),
  defineRoute({
    method: "GET",
    path: "/app/hook/deliveries",
    access: { kind: "app" },
    handle(call) {
      const { state, identity } = call.parts;
      const wanted = call.query.get("status");
      const done = state.deliveries
        .filter((delivery) => delivery.status !== "pending" && hasOutcome(delivery, wanted))
        .reverse();
      return answerFrom(call, done, (page) => page.map((one) => deliveryJson(one, identity)));
    },
  }),
  defineRoute({
    method: "GET",
    path: "/app/hook/deliveries/:id",
    access: { kind: "app" },
    handle(call) {
      const delivery = getDelivery(call);
      return {
        status: 200,
        body: {
          ...deliveryJson(delivery, call.parts.identity),
          request: {
            headers: {
              "X-GitHub-Delivery": delivery.guid,
              "X-GitHub-Event": delivery.event,
            },
            payload: delivery.payload,
          },
          response: { headers: {}, payload: null },
        },
      };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/app/hook/deliveries/:id/attempts",
    access: { kind: "app" },
    handle(call) {
      call.parts.webhooks.redeliver(getDelivery(call).id);
      return { status: 202, body: {} };
    },
  }),
];

function hasOutcome(delivery: Delivery, wanted: string | null): boolean {
  if (wanted === null) return true;
  return (delivery.status === "OK") === (wanted === "success");
}

function getDelivery({ parts, params }: Call): Delivery {
  const id = Number(params["id"]);
  const delivery = parts.state.deliveries.find((candidate) => candidate.id === id);
  if (delivery === undefined) throw notFound();
  return delivery;
}
