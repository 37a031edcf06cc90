/**
 * Answers one smart HTTP request by running `git http-backend`, git's own CGI program.
 *
 * Both bodies are streamed: a pack is never in this process's memory as a whole.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable, Writable } from "node:stream";
import { gitEnvironment } from "./git.ts";

const REQUEST_TIMEOUT_MS = 10 * 60_000;
const HEAD_BYTES_MAX = 16 * 1024;

export interface BackendCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly root: string;
  /** Below `root`, such as `/acme/shop.git/info/refs`. */
  readonly path: string;
  readonly query: string;
  /** The login in whose name git acts. */
  readonly user: string;
}

/**
 * Resolves when git has exited; the response has all its bytes but is not ended, so that a caller
 * can do what must be done before the client goes on. Rejects when the client leaves, git takes
 * longer than 10 minutes, or it prints no CGI head.
 */
export async function runHttpBackend(call: BackendCall): Promise<void> {
  const { request, response } = call;
  // A push may have waited for its turn longer than its client did.
  if (response.destroyed) throw new Error("the client left before git was started");
  const child = spawn("git", ["http-backend"], {
    env: { ...gitEnvironment(), ...cgiEnvironment(call) },
    stdio: ["pipe", "pipe", "ignore"],
    timeout: REQUEST_TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  const gone = new AbortController();
  const leave = (): void => {
    child.kill("SIGKILL");
    gone.abort();
  };
  response.once("close", leave);
  try {
    const exited = once(child, "close");
    // Where copying fails first, nobody waits for the exit any more.
    exited.catch(() => undefined);
    // git may answer before it has read everything, which closes the pipe under us.
    child.stdin.on("error", () => undefined);
    request.pipe(child.stdin);
    await copyAnswer(child, response, gone.signal);
    await exited;
  } finally {
    response.off("close", leave);
    request.unpipe(child.stdin);
    child.kill("SIGKILL");
  }
}

function cgiEnvironment(call: BackendCall): Record<string, string> {
  const { headers, method } = call.request;
  const optional: Record<string, string | undefined> = {
    CONTENT_TYPE: headers["content-type"],
    CONTENT_LENGTH: headers["content-length"],
    HTTP_CONTENT_ENCODING: headers["content-encoding"],
    GIT_PROTOCOL: headers["git-protocol"]?.toString(),
  };
  return {
    GIT_PROJECT_ROOT: call.root,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: call.path,
    QUERY_STRING: call.query,
    REQUEST_METHOD: method ?? "GET",
    REMOTE_USER: call.user,
    REMOTE_ADDR: "127.0.0.1",
    ...Object.fromEntries(
      Object.entries(optional).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  };
}

async function copyAnswer(
  child: ChildProcessByStdio<Writable, Readable, null>,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of child.stdout) {
    let body = chunk as Buffer;
    if (head !== undefined) {
      head = Buffer.concat([head, body]);
      const end = head.indexOf("\r\n\r\n");
      if (end === -1 && head.length <= HEAD_BYTES_MAX) continue;
      if (end === -1) throw new Error("git http-backend printed no CGI head");
      writeHead(response, head.subarray(0, end).toString("latin1"));
      body = head.subarray(end + 4);
      head = undefined;
    }
    if (body.length > 0 && !response.write(body)) await once(response, "drain", { signal });
  }
  if (head !== undefined) throw new Error("git http-backend ended before its CGI head");
}

function writeHead(response: ServerResponse, head: string): void {
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "status") response.statusCode = Number.parseInt(value, 10);
    else if (colon > 0) response.setHeader(name, value);
  }
  response.flushHeaders();
}
