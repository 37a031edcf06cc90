/** Answers what a git client asks over smart HTTP. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Parts } from "../parts.ts";
import { recordPush } from "../push-record.ts";
import { hasPermission } from "../rest/gate.ts";
import { findRepository, type Repository } from "../state.ts";
import { opensRepository } from "../tokens.ts";
import { sameText } from "./credentials.ts";
import { type BackendCall, runHttpBackend } from "./http-backend.ts";
import { createMutex, type Mutex } from "./mutex.ts";
import { listRefs } from "./refs.ts";

const GIT_PATH =
  /^\/(?<owner>[\w.-]+)\/(?<name>[\w.-]+?)(?:\.git)?\/(?<action>info\/refs|git-upload-pack|git-receive-pack)$/;
const SERVICES = ["git-upload-pack", "git-receive-pack"];

export interface GitAddress {
  readonly owner: string;
  readonly name: string;
  /** What follows the repository in the path, such as `info/refs`. */
  readonly action: string;
}

/** The parts of a path that a git client asks for, or undefined for any other path. */
export function findGitAddress(path: string): GitAddress | undefined {
  const groups = GIT_PATH.exec(path)?.groups;
  if (groups === undefined) return undefined;
  return {
    owner: groups["owner"] ?? "",
    name: groups["name"] ?? "",
    action: groups["action"] ?? "",
  };
}

export interface GitDoor {
  /** Ends the response in every case; a failure of git itself becomes a 500 or a broken body. */
  serve(request: IncomingMessage, response: ServerResponse, address: GitAddress): Promise<void>;
}

export function createGitDoor(parts: Parts): GitDoor {
  const scene = { parts, mutex: createMutex() };
  return { serve: (request, response, address) => serve({ request, response, address }, scene) };
}

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly address: GitAddress;
}

interface Scene {
  readonly parts: Parts;
  readonly mutex: Mutex;
}

async function serve({ request, response, address }: Visit, scene: Scene): Promise<void> {
  const { parts } = scene;
  const query = new URL(request.url ?? "/", "http://sandbox").search.slice(1);
  const service =
    address.action === "info/refs"
      ? (new URLSearchParams(query).get("service") ?? "")
      : address.action;
  const refusal = refuse(request, address, service, parts);
  const repository = findRepository(parts.state, address.owner, address.name);
  if (refusal !== undefined || repository === undefined) {
    sendText(response, refusal ?? NOT_FOUND);
    return;
  }
  const call: BackendCall = {
    request,
    response,
    root: parts.store.root,
    path: `/${repository.owner.login}/${repository.name}.git/${address.action}`,
    query,
    user: parts.state.visitor.login,
  };
  try {
    if (address.action === "git-receive-pack") await receive(call, repository, scene);
    else await runHttpBackend(call);
    response.end();
  } catch (error) {
    parts.log.warn({ err: error, action: address.action }, "sandbox: git request failed");
    if (response.headersSent) response.destroy();
    else sendText(response, { status: 500, text: "git failed" });
  }
}

/**
 * One push at a time for each repository, so that the refs before with the refs after tell exactly
 * what this push did. The client learns of its success only after the webhooks are queued.
 */
function receive(
  call: BackendCall,
  repository: Repository,
  { parts, mutex }: Scene,
): Promise<void> {
  const dir = parts.store.dirOf(repository);
  return mutex.run(dir, async () => {
    const before = await listRefs(dir);
    try {
      await runHttpBackend(call);
    } finally {
      // Also after a client that left: what git stored by then has been pushed.
      await recordPush(repository, before, await listRefs(dir), parts);
    }
  });
}

interface Refusal {
  readonly status: number;
  readonly text: string;
}

const NOT_FOUND: Refusal = { status: 404, text: "Repository not found." };

function refuse(
  request: IncomingMessage,
  address: GitAddress,
  service: string,
  parts: Parts,
): Refusal | undefined {
  const method = address.action === "info/refs" ? "GET" : "POST";
  if (!SERVICES.includes(service)) return { status: 403, text: "Please upgrade your git client." };
  if (request.method !== method) return { status: 405, text: `Use ${method}.` };
  const password = readPassword(request.headers.authorization);
  if (password === undefined) return { status: 401, text: "Authentication required" };
  if (sameText(password, parts.pushToken)) return undefined;
  const token = parts.tokens.find(password);
  if (token === undefined) return { status: 401, text: "Invalid username or password." };
  const repository = findRepository(parts.state, address.owner, address.name);
  if (repository === undefined || !opensRepository(token, repository)) return NOT_FOUND;
  const level = service === "git-receive-pack" ? "write" : "read";
  if (hasPermission(token, "contents", level)) return undefined;
  return { status: 403, text: "Write access to repository not granted." };
}

/** The password of Basic authentication, whatever its user name; or a bearer token. */
function readPassword(authorization: string | undefined): string | undefined {
  const [, scheme = "", value = ""] = /^(\w+) (\S+)$/.exec(authorization ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return value;
  if (scheme.toLowerCase() !== "basic") return undefined;
  const pair = Buffer.from(value, "base64").toString("utf8");
  return pair.includes(":") ? pair.slice(pair.indexOf(":") + 1) : undefined;
}

function sendText(response: ServerResponse, { status, text }: Refusal): void {
  const challenge = status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {};
  // What the client still sends is not read, so the connection can't serve another request.
  response.writeHead(status, { "content-type": "text/plain", connection: "close", ...challenge });
  response.end(`${text}\n`);
}
