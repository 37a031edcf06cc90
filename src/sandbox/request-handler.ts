/** Leads a request to git, the REST API or the pages. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createGitDoor, findGitAddress } from "./git/git-door.ts";
import { isLoopbackHost } from "./host-guard.ts";
import { createPageApp } from "./page/page.ts";
import type { Parts } from "./parts.ts";
import { createRestApp } from "./rest/router.ts";

export interface RequestHandler {
  /** Answers one request; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Ends the live connections of open pages. */
  stop(): void;
}

export function createRequestHandler(parts: Parts): RequestHandler {
  const stopping = new AbortController();
  const gitDoor = createGitDoor(parts);
  const options = { overrideGlobalObjects: false };
  const rest = getRequestListener(createRestApp(parts).fetch, options);
  const pages = getRequestListener(createPageApp(parts, stopping.signal).fetch, options);
  return {
    async handle(request, response) {
      if (!isLoopbackHost(request)) {
        response.writeHead(421, { "content-type": "text/plain", connection: "close" });
        response.end("The sandbox answers only on 127.0.0.1, localhost or [::1] with its port.\n");
        return;
      }
      const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
      const address = findGitAddress(path);
      if (address !== undefined) await gitDoor.serve(request, response, address);
      else if (path.startsWith("/api/v3/")) await rest(request, response);
      else await pages(request, response);
    },
    stop() {
      stopping.abort();
    },
  };
}
