/** Serves the pages for people. */
import { readFile } from "node:fs/promises";
import { type Context, Hono } from "hono";
import { csrf } from "hono/csrf";
import { html } from "hono/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { conversationPath } from "../json/issue.ts";
import type { Parts } from "../parts.ts";
import { ApiError, notFound } from "../rest/api-error.ts";
import { getConversation } from "../rest/issues.ts";
import { getPull } from "../rest/pulls.ts";
import type { CheckRun } from "../state.ts";
import { renderCheckRunPage } from "./check-run-page.ts";
import { renderCommitPage, renderFilePage } from "./file-page.ts";
import { renderIssuePage } from "./issue-page.ts";
import { type Markup, renderLayout } from "./layout.ts";
import { createLiveEvents } from "./live-events.ts";
import { renderOverview } from "./overview.ts";
import { pressAction, pressRerun } from "./press.ts";
import { renderPullPage } from "./pull-page.ts";
import { addVisitorForms } from "./visitor.ts";

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  // The overview shows the push token with fresh keys: no copy of it should stay anywhere.
  "cache-control": "no-store",
};

/** Content type of the files beside this one that browsers may have. */
const ASSETS: ReadonlyMap<string, string> = new Map([
  ["sandbox.css", "text/css; charset=utf-8"],
  ["text.css", "text/css; charset=utf-8"],
  ["live.js", "text/javascript; charset=utf-8"],
]);

/** `stopping` ends the live connections. */
export function createPageApp(parts: Parts, stopping: AbortSignal): Hono {
  const app = new Hono();
  const live = createLiveEvents(parts.state, stopping);
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
  });
  app.use(csrf());
  app.onError((error, context) => respondError(error, context, parts));
  app.notFound((context) => respondError(notFound(), context, parts));
  app.get("/", (context) => send(context, "Sandbox", renderOverview(parts), parts));
  app.get("/events", (context) => live.respond(context));
  app.get("/assets/:name", (context) => sendAsset(context));
  app.post("/deliveries/:id/attempts", (context) => {
    const id = Number(context.req.param("id"));
    if (parts.webhooks.redeliver(id) === undefined) throw notFound();
    return context.redirect("/#deliveries", 303);
  });
  addVisitorForms(app, parts);
  addRepositoryPages(app, parts);
  return app;
}

function addRepositoryPages(app: Hono, parts: Parts): void {
  app.get("/:owner/:repo", (context) => {
    repositoryOf(context, parts);
    return context.redirect("/");
  });
  app.get("/:owner/:repo/runs/:id", (context) => {
    const run = getCheckRun(context, parts);
    return send(context, run.name, renderCheckRunPage(run), parts);
  });
  app.post("/:owner/:repo/runs/:id/rerequest", (context) => {
    pressRerun(getCheckRun(context, parts), parts);
    return goBack(context);
  });
  app.post("/:owner/:repo/runs/:id/actions/:identifier", (context) => {
    pressAction(getCheckRun(context, parts), context.req.param("identifier"), parts);
    return goBack(context);
  });
  app.get("/:owner/:repo/issues/:number", async (context) => {
    const issue = getConversation(placeOf(context, parts));
    if (issue.kind === "pull") return context.redirect(conversationPath(issue));
    return await send(context, issue.title, renderIssuePage(issue, parts.state), parts);
  });
  app.get("/:owner/:repo/pull/:number", async (context) => {
    const pull = getPull(placeOf(context, parts));
    return await send(context, pull.title, await renderPullPage(pull, parts), parts);
  });
  app.get("/:owner/:repo/commit/:revision", async (context) => {
    const repository = repositoryOf(context, parts);
    const revision = context.req.param("revision");
    const main = await renderCommitPage(repository, revision, parts);
    return await send(context, revision.slice(0, 7), main, parts);
  });
  app.get("/:owner/:repo/blob/:revision/:path{.+}", async (context) => {
    const { revision, path } = context.req.param();
    const main = await renderFilePage(repositoryOf(context, parts), { revision, path }, parts);
    return await send(context, path, main, parts);
  });
}

async function send(
  context: Context,
  title: string,
  main: Markup,
  { state }: Parts,
): Promise<Response> {
  const organisation = state.organisation.login;
  return context.html(await renderLayout({ title, organisation, main: await main }));
}

async function sendAsset(context: Context): Promise<Response> {
  const name = context.req.param("name") ?? "";
  const type = ASSETS.get(name);
  if (type === undefined) throw notFound();
  const text = await readFile(new URL(name, import.meta.url), "utf8");
  return context.body(text, 200, { "content-type": type });
}

/** Without script a button leads back to where it was pressed. */
function goBack(context: Context): Response {
  const { owner, repo, id } = context.req.param();
  return context.redirect(`/${owner}/${repo}/runs/${id}`, 303);
}

async function respondError(error: Error, context: Context, parts: Parts): Promise<Response> {
  if ("getResponse" in error && typeof error.getResponse === "function") return error.getResponse();
  const known = error instanceof ApiError;
  if (!known) parts.log.warn({ err: error }, "sandbox: page failed");
  context.status(known ? (error.status as ContentfulStatusCode) : 500);
  const message = known ? error.message : "The sandbox failed; its log says why.";
  return await send(context, message, html`<h1>${message}</h1><p><a href="/">Back</a></p>`, parts);
}

function repositoryOf(context: Context, parts: Parts) {
  return parts.getRepository(context.req.param("owner"), context.req.param("repo"));
}

function getCheckRun(context: Context, parts: Parts): CheckRun {
  const repository = repositoryOf(context, parts);
  const id = Number(context.req.param("id"));
  const run = parts.state.checkRuns.find((one) => one.id === id);
  if (run?.suite.repository !== repository) throw notFound();
  return run;
}

function placeOf(context: Context, parts: Parts) {
  const params = { number: context.req.param("number") ?? "" };
  return { repository: repositoryOf(context, parts), parts, params };
}
