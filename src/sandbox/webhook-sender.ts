/** Sends signed webhooks to the App the way GitHub does. */
import { createHmac, randomUUID } from "node:crypto";
import type { AppIdentity } from "./identity.ts";
import type { SandboxLog } from "./parts.ts";
import { DELIVERIES_MAX, type Delivery, remember, type SandboxState } from "./state.ts";

/** GitHub's own limits: larger payloads are never sent, slower receivers count as failed. */
const PAYLOAD_BYTES_MAX = 25 * 1024 * 1024;
const ANSWER_TIMEOUT_MS = 10_000;
/** Deliveries under way at a time; the others wait in order. */
const CONCURRENT_MAX = 16;
const WAITING_MAX = 10_000;

export type Payload = Readonly<Record<string, unknown>>;

export interface WebhookSender {
  /**
   * Queues one event; returns its delivery, or undefined where GitHub would send nothing (payload
   * over 25 MB) or too many wait already.
   */
  deliver(event: string, payload: Payload): Delivery | undefined;
  /** Sends a delivery again under its old guid; undefined where no delivery has this id. */
  redeliver(id: number): Delivery | undefined;
  /** Resolves when no delivery waits or is under way. */
  idle(): Promise<void>;
  /** Gives up what waits and aborts what is under way. */
  stop(): Promise<void>;
}

export interface WebhookSenderOptions {
  readonly state: SandboxState;
  readonly identity: AppIdentity;
  readonly target: () => { readonly url: string; readonly secret: string };
  readonly now: () => Date;
  readonly log: SandboxLog;
}

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { state } = options;
  const stopping = new AbortController();
  const waiting: Delivery[] = [];
  const idlers: (() => void)[] = [];
  let underWayCount = 0;

  function enqueue(delivery: Delivery): Delivery | undefined {
    if (stopping.signal.aborted) return undefined;
    if (waiting.length >= WAITING_MAX) {
      options.log.warn({ event: delivery.event }, "sandbox: webhook dropped, too many wait");
      return undefined;
    }
    waiting.push(remember(state.deliveries, delivery, DELIVERIES_MAX));
    pump();
    return delivery;
  }

  function pump(): void {
    while (underWayCount < CONCURRENT_MAX) {
      const delivery = waiting.shift();
      if (delivery === undefined) break;
      underWayCount += 1;
      void attempt(delivery, options, stopping.signal).finally(() => {
        underWayCount -= 1;
        state.changed();
        pump();
      });
    }
    if (underWayCount === 0) for (const resolve of idlers.splice(0)) resolve();
  }

  function idle(): Promise<void> {
    if (underWayCount === 0 && waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => idlers.push(resolve));
  }

  return {
    deliver(event, payload) {
      const bytes = Buffer.byteLength(JSON.stringify(payload));
      if (bytes > PAYLOAD_BYTES_MAX) {
        options.log.warn({ event, bytes }, "sandbox: payload over 25 MB, not delivered");
        return undefined;
      }
      return enqueue(createDelivery(options, { guid: randomUUID(), event, payload }));
    },
    redeliver(id) {
      const earlier = state.deliveries.find((delivery) => delivery.id === id);
      return earlier && enqueue({ ...createDelivery(options, earlier), redelivery: true });
    },
    idle,
    async stop() {
      stopping.abort();
      waiting.length = 0;
      await idle();
    },
  };
}

function createDelivery(
  { state, now }: WebhookSenderOptions,
  { guid, event, payload }: Pick<Delivery, "guid" | "event" | "payload">,
): Delivery {
  const repository = payload["repository"] as { readonly id?: unknown } | undefined;
  return {
    id: state.nextId(),
    guid,
    event,
    action: typeof payload["action"] === "string" ? payload["action"] : null,
    repositoryId: typeof repository?.id === "number" ? repository.id : null,
    redelivery: false,
    payload,
    deliveredAt: now(),
    durationS: 0,
    status: "pending",
    statusCode: 0,
  };
}

/** Never rejects: how it went is written into the delivery. */
async function attempt(
  delivery: Delivery,
  options: WebhookSenderOptions,
  stopping: AbortSignal,
): Promise<void> {
  const startedMs = performance.now();
  delivery.deliveredAt = options.now();
  try {
    const response = await post(delivery, options, stopping);
    await response.body?.cancel();
    delivery.statusCode = response.status;
    delivery.status = response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`;
  } catch (error) {
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    delivery.status = timedOut ? "timed out" : "failed to connect to host";
  }
  delivery.durationS = Math.round(performance.now() - startedMs) / 1000;
  if (delivery.status !== "OK" && !stopping.aborted) {
    const { guid, event, status } = delivery;
    options.log.warn({ guid, event, status }, "sandbox: webhook not accepted");
  }
}

function post(
  delivery: Delivery,
  options: WebhookSenderOptions,
  stopping: AbortSignal,
): Promise<Response> {
  const { url, secret } = options.target();
  const body = JSON.stringify(delivery.payload);
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return fetch(url, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    body,
    headers: {
      accept: "*/*",
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/sandbox",
      "x-github-delivery": delivery.guid,
      "x-github-event": delivery.event,
      "x-github-hook-id": "1",
      "x-github-hook-installation-target-id": String(options.identity.appId),
      "x-github-hook-installation-target-type": "integration",
      "x-hub-signature-256": `sha256=${signature}`,
    },
  });
}
