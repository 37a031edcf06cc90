/** Leads each REST request through the same gates to its endpoint. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { type Fault, takeFault } from "../faults.ts";
import type { Parts } from "../parts.ts";
import { remember } from "../state.ts";
import type { Answer, ApiRequest } from "./answer.ts";
import { ApiError, notFound } from "./api-error.ts";
import { type ContentLimiter, createContentLimiter } from "./content-limit.ts";
import { type Caller, checkAccess, identify } from "./gate.ts";
import { findRedirect, resolveId } from "./moved.ts";
import { createRateLimiter, type RateLimiter, rateLimitHeaders } from "./rate-limit.ts";
import { readText } from "./read-text.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes.ts";

const BASE_PATH = "/api/v3";
/** Fifty annotations of the largest size fit. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;

type RestContext = Context<{ Bindings: HttpBindings }>;

interface Visit {
  readonly context: RestContext;
  /** Undefined where the path is none that this stand-in knows. */
  readonly route: Route | undefined;
  readonly parts: Parts;
  readonly limiter: RateLimiter;
  readonly contentLimiter: ContentLimiter;
}

export function createRestApp(parts: Parts): Hono<{ Bindings: HttpBindings }> {
  const limiter = createRateLimiter(parts.state, parts.now);
  const contentLimiter = createContentLimiter(() => parts.state.limitsContent, parts.now);
  const tools = { parts, limiter, contentLimiter };
  const app = new Hono<{ Bindings: HttpBindings }>({
    getPath(request) {
      const { pathname } = new URL(request.url);
      return BASE_PATH + resolveId(pathname.slice(BASE_PATH.length).replace(/\/$/, ""), parts);
    },
  }).basePath(BASE_PATH);
  for (const route of ROUTES) {
    app.on(route.method, route.path, (context) => respond({ ...tools, context, route }));
  }
  app.all("*", (context) => respond({ ...tools, context, route: undefined }));
  return app;
}

async function respond(visit: Visit): Promise<Response> {
  const { context, parts, limiter } = visit;
  const request = recordRequest(visit);
  let kind: Caller["kind"] = "anonymous";
  let answer: Answer;
  let fault: Fault | undefined;
  try {
    request.body = parseJson(await readText(context.req.raw, BODY_BYTES_MAX));
    fault = takeFault(parts.state.faults, ({ matches }) => matches(request));
    if (fault?.stallMs !== undefined) await sleep(fault.stallMs, undefined, { ref: false });
    const caller = identify(context.req.header("authorization"), parts);
    kind = caller.kind;
    answer = (!fault?.afterWork && fault?.answer) || (await work(visit, caller, request, fault));
  } catch (error) {
    answer = errorAnswer(error, parts);
  }
  request.status = answer.status;
  if (fault?.answer === undefined && !fault?.reset) observe(visit, request, answer);
  if (fault?.reset) return cut(context);
  const headers = { ...standardHeaders(parts), ...rateLimitHeaders(limiter.read(kind)) };
  return toResponse(fault?.answer ?? answer, headers);
}

/** A connection that a fault cuts at once does no work at all. */
async function work(
  visit: Visit,
  caller: Caller,
  request: ApiRequest,
  fault: Fault | undefined,
): Promise<Answer> {
  if (fault?.reset && !fault.afterWork) return { status: 0 };
  return await handle(visit, caller, request);
}

function cut({ env }: RestContext): Response {
  env.incoming.socket.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

function recordRequest({ context, parts }: Visit): ApiRequest {
  const url = new URL(context.req.url);
  return remember<ApiRequest>(parts.state.requests, {
    method: context.req.method,
    path: url.pathname.slice(BASE_PATH.length) + url.search,
    body: undefined,
    at: parts.now(),
    status: 0,
  });
}

function observe({ context, route, parts }: Visit, request: ApiRequest, answer: Answer): void {
  const { pathname, searchParams } = new URL(context.req.url);
  parts.observe({
    method: request.method,
    path: resolveId(pathname.slice(BASE_PATH.length), parts),
    query: Object.fromEntries(searchParams),
    requestBody: request.body,
    route: route?.path,
    access: route?.access,
    status: answer.status,
    answer: answer.body,
  });
}

/** Undefined for an empty text; a SyntaxError, kept as the value, for one that is no JSON. */
function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

async function handle(visit: Visit, caller: Caller, request: ApiRequest): Promise<Answer> {
  const { context, route, parts, limiter, contentLimiter } = visit;
  const url = new URL(context.req.url);
  if (route === undefined) throw notFound();
  if (route.path !== "/rate_limit") limiter.take(caller.kind);
  const redirect = findRedirect(request.method, url, BASE_PATH, parts);
  if (redirect !== undefined) return redirect;
  const params: Record<string, string> = context.req.param();
  checkAccess(route.access, caller, params, parts);
  if (request.body instanceof SyntaxError) throw new ApiError(400, "Problems parsing JSON");
  contentLimiter.take(route);
  const call = {
    parts,
    params,
    query: url.searchParams,
    headers: context.req.raw.headers,
    url: parts.links.web(url.pathname),
    body: undefined,
    token: caller.kind === "installation" ? caller.token : undefined,
    actor: parts.state.bot,
    rate: limiter.read(caller.kind),
  };
  return await route.run(call, request.body);
}

function errorAnswer(error: unknown, { log }: Parts): Answer {
  if (error instanceof ApiError) return error.toAnswer();
  log.warn({ err: error }, "sandbox: endpoint failed");
  return new ApiError(500, "Server Error").toAnswer();
}

function standardHeaders({ now }: Parts): Record<string, string> {
  return {
    // Clients correct their clock by this header when a JSON web token is refused.
    date: now().toUTCString(),
    "cache-control": "private, max-age=60, s-maxage=60",
    "x-github-request-id": randomUUID(),
    "x-github-media-type": "github.v3; format=json",
    "x-content-type-options": "nosniff",
  };
}

function toResponse(answer: Answer, standard: Record<string, string>): Response {
  const headers = { ...standard, ...answer.headers };
  if (answer.bytes !== undefined) {
    return new Response(new Uint8Array(answer.bytes), { status: answer.status, headers });
  }
  if (answer.body === undefined) return new Response(null, { status: answer.status, headers });
  const body = JSON.stringify(answer.body);
  const json = { "content-type": "application/json; charset=utf-8", ...headers };
  return new Response(body, { status: answer.status, headers: json });
}
