/** Shows the webhooks sent to the App, as GitHub does under an App's advanced settings. */
import { html } from "hono/html";
import type { Delivery, SandboxState } from "../state.ts";
import type { Markup } from "./layout.ts";
import { renderTime } from "./pieces.ts";

const SHOWN_MAX = 50;

export function renderDeliveries(state: SandboxState): Markup {
  const deliveries = state.deliveries.slice(-SHOWN_MAX).reverse();
  if (deliveries.length === 0) return html`<p class="blank">No webhook was sent yet.</p>`;
  const failedCount = deliveries.filter(isFailed).length;
  const note = failedCount === 0 ? "all accepted" : `${failedCount} not accepted`;
  return html`<details class="card entry" id="deliveries-list">
    <summary class="line">
      <strong>The last ${deliveries.length} deliveries</strong>
      <span class="${failedCount === 0 ? "muted" : "bad"}">${note}</span>
    </summary>
    <table class="detail">
      <thead>
        <tr>
          <th>Event</th>
          <th>Delivery</th>
          <th>Answer</th>
          <th>Sent</th>
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${deliveries.map(renderDelivery)}
      </tbody>
    </table>
  </details>`;
}

function isFailed({ status }: Delivery): boolean {
  return status !== "OK" && status !== "pending";
}

function renderDelivery(delivery: Delivery): Markup {
  const { id, event, action, guid, redelivery, status } = delivery;
  return html`<tr>
    <td>${event}${action === null ? "" : `.${action}`}</td>
    <td><span class="mono">${guid}</span>${redelivery ? " (again)" : ""}</td>
    <td class="${isFailed(delivery) ? "bad" : ""}">${status}</td>
    <td>${renderTime(delivery.deliveredAt)}</td>
    <td>
      <form method="post" action="/deliveries/${id}/attempts"><button>Redeliver</button></form>
    </td>
  </tr>`;
}
