/**
 * What monitoring asks the service: `/ping` and `/health` (the process runs), `/ready` (webhooks
 * are taken), `/metrics` (numbers for Prometheus).
 */
import type { ServerResponse } from "node:http";
import { answer } from "./answer.ts";

export interface StatusParts {
  /** Whether the database answers; never rejects. */
  readonly isDatabaseUp: () => Promise<boolean>;
  readonly renderMetrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/**
 * @param parts absent while the service starts.
 * @returns false for a path that is none of these.
 */
export async function answerStatus(
  path: string,
  response: ServerResponse,
  parts: StatusParts | undefined,
): Promise<boolean> {
  switch (path) {
    case "/ping":
      answer(response, 200, "pong");
      return true;
    case "/health":
      answer(response, 200, "ok");
      return true;
    case "/ready":
      await answerReady(response, parts);
      return true;
    case "/metrics":
      await answerMetrics(response, parts);
      return true;
    default:
      return false;
  }
}

async function answerReady(
  response: ServerResponse,
  parts: StatusParts | undefined,
): Promise<void> {
  if (parts === undefined) return answer(response, 503, "starting");
  if (!(await parts.isDatabaseUp())) return answer(response, 503, "the database does not answer");
  answer(response, 200, "ready");
}

async function answerMetrics(
  response: ServerResponse,
  parts: StatusParts | undefined,
): Promise<void> {
  if (parts === undefined) return answer(response, 503, "starting");
  const { contentType, text } = await parts.renderMetrics();
  response.writeHead(200, { "content-type": contentType });
  response.end(text);
}
