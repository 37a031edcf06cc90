/** Sends webhooks to the App that its stand-in GitHub would never send. */
import { createHmac, randomUUID } from "node:crypto";
import { request as openRequest } from "node:http";
import { text } from "node:stream/consumers";
import type { AppUnderTest } from "./app-under-test.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Attempt {
  readonly event: string;
  /** JSON, or what should have been. */
  readonly body: string;
  readonly id?: string;
  /** In place of those that are right; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Posts one delivery, signed right unless its headers say otherwise. */
export async function deliver(app: AppUnderTest, attempt: Attempt): Promise<Answer> {
  const { event, body, id = randomUUID() } = attempt;
  const signature = createHmac("sha256", app.sandbox.webhookSecret).update(body).digest("hex");
  const headers = {
    "content-type": "application/json",
    "x-github-delivery": id,
    "x-github-event": event,
    "x-hub-signature-256": `sha256=${signature}`,
    ...attempt.headers,
  };
  const present = Object.entries(headers).filter(([, value]) => value !== undefined);
  const response = await fetch(app.webhookUrl(), {
    method: "POST",
    headers: present as [string, string][],
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** Posts any number of bytes in chunks, with a length announced before them or without. */
export async function postBytes(url: string, bytes: number, length?: number): Promise<Answer> {
  const headers = { "content-type": "application/json", "content-length": length };
  const request = openRequest(url, {
    method: "POST",
    headers: length === undefined ? { "content-type": "application/json" } : headers,
  });
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  request.on("response", (response) => {
    text(response).then(
      (body) => resolve({ status: response.statusCode ?? 0, text: body }),
      reject,
    );
  });
  // A server that has answered may close before it has read everything.
  request.on("error", reject);
  const chunk = Buffer.alloc(1024 * 1024, " ");
  for (let sent = 0; sent < bytes; sent += chunk.length) request.write(chunk);
  if (length === undefined) request.end();
  else request.flushHeaders();
  try {
    return await promise;
  } finally {
    request.destroy();
  }
}
