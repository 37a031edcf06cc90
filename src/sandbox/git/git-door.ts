/** Answers what a git client asks over smart HTTP. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { hasRole } from "../act/acting.ts";
import { changeRefs } from "../act/refs.ts";
import { type GitService, takeFault } from "../faults.ts";
import { repositoryPath } from "../links.ts";
import type { Parts } from "../parts.ts";
import { hasPermission } from "../rest/gate.ts";
import { type Account, findAccount, findRepository, type Repository } from "../state.ts";
import { opensRepository } from "../tokens.ts";
import { sameText } from "./credentials.ts";
import { type BackendCall, runHttpBackend } from "./http-backend.ts";

const GIT_PATH =
  /^\/(?<owner>[\w.-]+)\/(?<name>[\w.-]+?)(?:\.git)?\/(?<action>info\/refs|git-upload-pack|git-receive-pack)$/;
const SERVICES: readonly GitService[] = ["git-upload-pack", "git-receive-pack"];

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
  return { serve: (request, response, address) => serve({ request, response, address }, parts) };
}

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly address: GitAddress;
}

async function serve(visit: Visit, parts: Parts): Promise<void> {
  const { request, response, address } = visit;
  const url = new URL(request.url ?? "/", "http://sandbox");
  const wish = address.action === "info/refs" ? url.searchParams.get("service") : address.action;
  const service = SERVICES.find((one) => one === wish);
  const way = admit(visit, service, parts);
  if ("refusal" in way) {
    sendText(response, way.refusal);
    return;
  }
  const { repository, account } = way;
  const call: BackendCall = {
    request,
    response,
    root: parts.store.root,
    path: `/${repository.id}.git/${address.action}`,
    query: url.search.slice(1),
    user: account.login,
  };
  try {
    if (await isStruck(way, response, parts)) return;
    if (address.action === "git-receive-pack") await receive(call, way, parts);
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
 * what this push did; also of a client that left, for what git stored by then has been pushed. The
 * client learns of its success only after the webhooks are queued.
 */
function receive(call: BackendCall, { repository, account }: Way, parts: Parts): Promise<void> {
  return changeRefs(repository, { actor: account, parts }, () => runHttpBackend(call));
}

/** Waits for as long as a fault says; true where the fault has ended the response. */
async function isStruck(
  { repository, service }: Way,
  response: ServerResponse,
  { state }: Parts,
): Promise<boolean> {
  const fault = takeFault(state.gitFaults, ({ matches }) => matches(repository, service));
  if (fault?.stallMs !== undefined) await sleep(fault.stallMs, undefined, { ref: false });
  if (fault?.status === undefined) return response.destroyed;
  sendText(response, { status: fault.status, text: "Service unavailable" });
  return true;
}

interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly location?: string;
}

/** Whom a request may act for, on which repository. */
interface Way {
  readonly repository: Repository;
  readonly service: GitService;
  readonly account: Account;
}

const NOT_FOUND: Refusal = { status: 404, text: "Repository not found." };

function admit(
  { request, address }: Visit,
  service: GitService | undefined,
  parts: Parts,
): Way | { readonly refusal: Refusal } {
  const method = address.action === "info/refs" ? "GET" : "POST";
  if (service === undefined) {
    return { refusal: { status: 403, text: "Please upgrade your git client." } };
  }
  if (request.method !== method) return { refusal: { status: 405, text: `Use ${method}.` } };
  const credential = readCredential(request.headers.authorization);
  if (credential === undefined) {
    return { refusal: { status: 401, text: "Authentication required" } };
  }
  const { owner, name } = address;
  const repository =
    findRepository(parts.state, owner, name) ??
    parts.state.formerNames.get(`${owner}/${name}`.toLowerCase());
  const refusal = refuse(credential, repository, service, parts);
  if (refusal !== undefined) return { refusal };
  if (repository === undefined) return { refusal: NOT_FOUND };
  if (findRepository(parts.state, owner, name) === undefined) {
    const path = `${repositoryPath(repository)}.git/${address.action}?service=${service}`;
    return { refusal: { status: 301, text: "Moved", location: parts.links.web(path) } };
  }
  const account = accountOf(credential, parts);
  if (service === "git-receive-pack") {
    const denied = refusePush(account, repository);
    if (denied !== undefined) return { refusal: denied };
  }
  return { repository, service, account };
}

function refuse(
  { password }: Credential,
  repository: Repository | undefined,
  service: GitService,
  parts: Parts,
): Refusal | undefined {
  if (sameText(password, parts.pushToken)) return undefined;
  const token = parts.tokens.find(password);
  if (token === undefined) return { status: 401, text: "Invalid username or password." };
  if (parts.state.suspendedAt !== null) {
    return { status: 403, text: "This installation has been suspended." };
  }
  if (repository === undefined || !opensRepository(token, repository)) return NOT_FOUND;
  const level = service === "git-receive-pack" ? "write" : "read";
  if (hasPermission(token, "contents", level)) return undefined;
  return { status: 403, text: "Write access to repository not granted." };
}

function refusePush(account: Account, repository: Repository): Refusal | undefined {
  if (repository.archived) {
    return { status: 403, text: "This repository was archived so it is read-only." };
  }
  if (account.type === "Bot" || hasRole(account, repository, "write")) return undefined;
  return { status: 403, text: `Permission to ${repository.name} denied to ${account.login}.` };
}

interface Credential {
  readonly user: string;
  readonly password: string;
}

/** Basic authentication, or a bearer token under no name. */
function readCredential(authorization: string | undefined): Credential | undefined {
  const [, scheme = "", value = ""] = /^(\w+) (\S+)$/.exec(authorization ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return { user: "", password: value };
  if (scheme.toLowerCase() !== "basic") return undefined;
  const pair = Buffer.from(value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon === -1 ? undefined : { user: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** The push token opens the door to every person: whose name stands before it acts. */
function accountOf({ user, password }: Credential, { state, pushToken }: Parts): Account {
  if (!sameText(password, pushToken)) return state.bot;
  const person = findAccount(state, user);
  return person?.type === "User" ? person : state.visitor;
}

function sendText(response: ServerResponse, { status, text, location }: Refusal): void {
  const challenge = status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {};
  // What the client still sends is not read, so the connection can't serve another request.
  response.writeHead(status, {
    "content-type": "text/plain",
    connection: "close",
    ...challenge,
    ...(location === undefined ? {} : { location }),
  });
  response.end(`${text}\n`);
}
