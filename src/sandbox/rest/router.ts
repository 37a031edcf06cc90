/** Leads each REST request through the same gates to its endpoint. */
import { randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import type { Parts } from "../parts.ts";
import { remember } from "../state.ts";
import type { Answer, ApiRequest } from "./answer.ts";
import { ApiError, notFound } from "./api-error.ts";
import { appRoutes } from "./apps.ts";
import { checkRunRoutes } from "./check-runs.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { takeFault } from "./fault.ts";
import { type Caller, checkAccess, identify } from "./gate.ts";
import { issueCommentRoutes } from "./issue-comments.ts";
import { issueRoutes } from "./issues.ts";
import { metaRoutes } from "./meta.ts";
import { createRateLimiter, type RateLimiter, rateLimitHeaders } from "./rate-limit.ts";
import { readText } from "./read-text.ts";
import { repositoryRoutes } from "./repositories.ts";
import type { Route } from "./route.ts";

const BASE_PATH = "/api/v3";
/** Fifty annotations of the largest size fit. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;

const ROUTES: readonly Route[] = [
  ...appRoutes,
  ...deliveryRoutes,
  ...repositoryRoutes,
  ...checkRunRoutes,
  ...issueRoutes,
  ...issueCommentRoutes,
  ...metaRoutes,
];

interface Visit {
  readonly context: Context;
  /** Undefined where the path is none that this stand-in knows. */
  readonly route: Route | undefined;
  readonly parts: Parts;
  readonly limiter: RateLimiter;
}

export function createRestApp(parts: Parts): Hono {
  const limiter = createRateLimiter(parts.state, parts.now);
  const app = new Hono().basePath(BASE_PATH);
  for (const route of ROUTES) {
    app.on(route.method, route.path, (context) => respond({ context, route, parts, limiter }));
  }
  app.all("*", (context) => respond({ context, route: undefined, parts, limiter }));
  return app;
}

async function respond(visit: Visit): Promise<Response> {
  const { context, parts, limiter } = visit;
  const request = recordRequest(visit);
  let kind: Caller["kind"] = "anonymous";
  let answer: Answer;
  try {
    request.body = parseJson(await readText(context.req.raw, BODY_BYTES_MAX));
    const caller = identify(context.req.header("authorization"), parts);
    kind = caller.kind;
    answer = takeFault(parts.state, request) ?? (await handle(visit, caller, request));
  } catch (error) {
    answer = errorAnswer(error, parts);
  }
  request.status = answer.status;
  const headers = { ...standardHeaders(parts), ...rateLimitHeaders(limiter.read(kind)) };
  return toResponse(answer, headers);
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
  const { context, route, parts, limiter } = visit;
  if (route === undefined) throw notFound();
  if (route.path !== "/rate_limit") limiter.take(caller.kind);
  const params: Record<string, string> = context.req.param();
  checkAccess(route.access, caller, params, parts);
  if (request.body instanceof SyntaxError) throw new ApiError(400, "Problems parsing JSON");
  const url = new URL(context.req.url);
  const call = {
    parts,
    params,
    query: url.searchParams,
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
  if (answer.body === undefined) return new Response(null, { status: answer.status, headers });
  const body = JSON.stringify(answer.body);
  const json = { "content-type": "application/json; charset=utf-8", ...headers };
  return new Response(body, { status: answer.status, headers: json });
}
