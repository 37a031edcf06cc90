/** Serves git repositories over smart HTTP: `git http-backend` behind a plain HTTP server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface GitServer {
  /** The address of the repository whose git directory is `<root>/<name>`. */
  url(name: string): string;
  /** Requests so far, oldest first. */
  readonly requests: readonly GitRequest[];
  /** Looks at each request first; true means that it has answered, or means never to. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  close(): Promise<void>;
}

interface GitRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** What GitHub allows; a test may overwrite single values. */
const GITHUB_LIKE = { "uploadpack.allowFilter": "true", "uploadpack.allowAnySHA1InWant": "true" };

/** Starts a server on loopback for the repositories under `root`. */
export async function startGitServer(
  root: string,
  config: Readonly<Record<string, string>> = {},
): Promise<GitServer> {
  const requests: GitRequest[] = [];
  const environment = {
    PATH: process.env["PATH"],
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    ...configEnvironment({ ...GITHUB_LIKE, ...config }),
  };
  const server = createServer((request, response) => {
    const { method = "GET", url: path = "/" } = request;
    requests.push({ method, path, authorization: request.headers.authorization });
    if (!self.intercept(request, response)) runBackend(request, response, environment);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const self: GitServer = {
    url: (name) => `http://127.0.0.1:${port}/${name}`,
    requests,
    intercept: () => false,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return self;
}

function configEnvironment(config: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const entries = Object.entries(config).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length / 2), ...Object.fromEntries(entries) };
}

/** One CGI exchange, RFC 3875 as far as git needs it. */
function runBackend(
  request: IncomingMessage,
  response: ServerResponse,
  environment: NodeJS.ProcessEnv,
): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const backend = spawn("git", ["http-backend"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: {
      ...environment,
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
  });
  request.pipe(backend.stdin);
  backend.stdin.on("error", () => undefined);
  response.on("close", () => backend.kill());
  pipeCgiAnswer(backend.stdout, response);
}

function pipeCgiAnswer(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    output.off("data", onData);
    for (const line of head.toString("latin1", 0, end).split("\r\n")) {
      const [name = "", value = ""] = line.split(": ");
      if (name === "Status") response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
    output.pipe(response);
  };
  output.on("data", onData);
}
