/** Sends signed webhooks to the App the way GitHub does. */
import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { takeFault } from "./faults.ts";
import type { AppIdentity } from "./identity.ts";
import { LIMITS } from "./limits.ts";
import type { SandboxLog } from "./parts.ts";
import { DELIVERIES_MAX, type Delivery, remember, type SandboxState } from "./state.ts";
import { hears } from "./subscription.ts";

/** Deliveries under way at a time; the others wait in order. */
const CONCURRENT_MAX = 16;
const WAITING_MAX = 10_000;
/** A delivery that is to be overtaken waits no longer than this for one that does it. */
const HELD_MS_MAX = 500;

export type Payload = Readonly<Record<string, unknown>>;

export interface WebhookSender {
  /**
   * Queues one event; returns its delivery, or undefined where GitHub would send nothing (payload
   * over 25 MB, not subscribed to, repository not installed) or too many wait already.
   */
  deliver(event: string, payload: Payload): Delivery | undefined;
  /** Where they go at this moment. */
  url(): string;
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
  const { state, identity, log } = options;
  const queue = createDeliveryQueue(options);

  function enqueue(delivery: Delivery): Delivery | undefined {
    if (queue.accept(delivery)) return remember(state.deliveries, delivery, DELIVERIES_MAX);
    log.warn({ event: delivery.event }, "sandbox: webhook dropped, too many wait");
    return undefined;
  }

  return {
    url: () => options.target().url,
    deliver(event, payload) {
      if (!hears(event, payload, identity, state)) return undefined;
      const bytes = Buffer.byteLength(JSON.stringify(payload));
      if (bytes > LIMITS.payloadBytes) {
        log.warn({ event, bytes }, "sandbox: payload over 25 MB, not delivered");
        return undefined;
      }
      return enqueue(createDelivery(options, { guid: randomUUID(), event, payload }));
    },
    redeliver(id) {
      const earlier = state.deliveries.find((delivery) => delivery.id === id);
      return earlier && enqueue({ ...createDelivery(options, earlier), redelivery: true });
    },
    idle: () => queue.idle(),
    stop: () => queue.stop(),
  };
}

interface DeliveryQueue extends Pick<WebhookSender, "idle" | "stop"> {
  /** False where too many wait already, or all is stopping. */
  accept(delivery: Delivery): boolean;
}

function createDeliveryQueue(options: WebhookSenderOptions): DeliveryQueue {
  const { state } = options;
  const stopping = new AbortController();
  const waiting: Delivery[] = [];
  /** Each lets go of one delivery that was held back for a later one to overtake it. */
  const holders: (() => void)[] = [];
  const idlers: (() => void)[] = [];
  let underWayCount = 0;

  function pump(): void {
    while (underWayCount < CONCURRENT_MAX) {
      const delivery = waiting.shift();
      if (delivery === undefined) break;
      track(
        attempt(delivery, options, stopping.signal).finally(() => {
          for (const letGo of holders.splice(0)) letGo();
        }),
      );
    }
    if (underWayCount === 0) for (const resolve of idlers.splice(0)) resolve();
  }

  function track(task: Promise<void>): void {
    underWayCount += 1;
    void task.finally(() => {
      underWayCount -= 1;
      state.changed();
      pump();
    });
  }

  async function delay(delivery: Delivery, wait: Promise<unknown>): Promise<void> {
    await wait;
    if (!stopping.signal.aborted) waiting.push(delivery);
  }

  function pause(durationMs: number): Promise<void> {
    return sleep(durationMs, undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  /** Settles when another delivery is done, or when none came in time. */
  function overtaking(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    holders.push(resolve);
    return Promise.race([promise, pause(HELD_MS_MAX)]);
  }

  /** Puts the delivery where a fault that is meant for it says: by default at the end of the row. */
  function schedule(delivery: Delivery): void {
    const fault = takeFault(state.webhookFaults, ({ matches }) => matches(delivery));
    if (fault?.effect === "lost") delivery.status = "lost by a fault of the sandbox";
    else if (fault?.effect === "reordered") track(delay(delivery, overtaking()));
    else if (fault?.effect === "delayed") track(delay(delivery, pause(fault.delayMs ?? 0)));
    else waiting.push(delivery);
    if (fault?.effect === "duplicated") waiting.push({ ...delivery, id: state.nextId() });
  }

  return {
    accept(delivery) {
      if (stopping.signal.aborted || waiting.length >= WAITING_MAX) return false;
      schedule(delivery);
      pump();
      return true;
    },
    idle() {
      if (underWayCount + waiting.length === 0) return Promise.resolve();
      return new Promise((resolve) => idlers.push(resolve));
    },
    stop() {
      stopping.abort();
      waiting.length = 0;
      return this.idle();
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
    signal: AbortSignal.any([stopping, AbortSignal.timeout(LIMITS.webhookAnswerMs)]),
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
