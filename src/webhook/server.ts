/** The HTTP server: reads bodies within a bound, and passes webhooks to the door. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answer } from "./answer.ts";
import type { DoorMiddleware } from "./door.ts";
import { answerStatus, type StatusParts } from "./status.ts";

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly webhookPath: string;
  /** Takes what is neither a webhook nor a question about the service's state; absent: 404. */
  readonly fallback?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export interface HttpServer {
  readonly url: string;
  readonly port: number;
  /** From now on webhooks are taken; before, they are answered with 503. */
  open(parts: OpenParts): void;
  /** Takes no further request and resolves when the running ones are answered. */
  close(): Promise<void>;
}

export interface OpenParts {
  readonly door: DoorMiddleware;
  readonly status: StatusParts;
}

/** GitHub's own limit: it does not deliver larger payloads. */
const BODY_BYTES_MAX = 25 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 10_000;

export async function startServer(options: ServerOptions): Promise<HttpServer> {
  let parts: OpenParts | undefined;
  const server = createServer((request, response) => {
    handle(request, response, options, parts).catch(() => {
      if (!response.headersSent) answer(response, 500, "something went wrong; see the log");
      response.destroy();
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    port,
    open(opened) {
      parts = opened;
    },
    close: () => closeServer(server),
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
  parts: OpenParts | undefined,
): Promise<void> {
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  if (await answerStatus(path, response, parts?.status)) return;
  if (path !== options.webhookPath) {
    if (options.fallback !== undefined) return await options.fallback(request, response);
    return answer(response, 404, "there is nothing here");
  }
  if (parts === undefined) return answer(response, 503, "starting; deliver again in a moment");
  const body = await readBody(request);
  if (body === "too large") {
    // The rest of the body is not worth reading, so the connection ends with this answer.
    response.setHeader("connection", "close");
    return answer(response, 413, "the body is larger than the 25 MB that GitHub delivers");
  }
  // The webhook middleware takes a body that was read before from this property.
  Object.assign(request, { body });
  await parts.door(request, response);
}

/** @returns the body as text, or "too large" as soon as that is known. */
async function readBody(request: IncomingMessage): Promise<string | "too large"> {
  if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES_MAX) return "too large";
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return "too large";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function listen(server: Server, options: ServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function closeServer(server: Server): Promise<void> {
  const force = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(force);
}
