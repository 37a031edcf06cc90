/** Stands before the stand-in GitHub, and can cut at each request before or after it is done. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Judgement } from "./database-edge.ts";
import { INSTANCE_HEADER } from "./instance-protocol.ts";

export interface GitHubEdge {
  readonly url: string;
  close(): Promise<void>;
}

export interface GitHubEdgeOptions {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly judge: (request: AskedGitHub) => Judgement;
}

export interface AskedGitHub {
  /** Undefined where git asks, which does not say for whom. */
  readonly instance: string | undefined;
  readonly method: string;
  readonly path: string;
}

export async function startGitHubEdge(options: GitHubEdgeOptions): Promise<GitHubEdge> {
  const server = createServer((request, response) => void serve(options, request, response)).listen(
    0,
    "127.0.0.1",
  );
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function serve(
  { handle, judge }: GitHubEdgeOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "", url = "" } = request;
  const instance = request.headers[INSTANCE_HEADER]?.toString();
  const { moment, cut } = judge({ instance, method, path: url.split("?", 1)[0] ?? "" });
  if (moment === "before") {
    cut();
    request.socket.destroy();
    return;
  }
  // What is done is kept back until nobody is there to hear of it.
  if (moment === "after") response.socket?.cork();
  await handle(request, response);
  if (moment !== "after") return;
  cut();
  request.socket.destroy();
}
