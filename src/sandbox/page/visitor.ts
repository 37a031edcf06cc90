/** Does what the visitor asks for by the forms of the pages. */
import type { Context, Hono } from "hono";
import { createComment } from "../act/comments.ts";
import { changeConversation } from "../act/conversations.ts";
import { openIssue } from "../act/issues.ts";
import { mergePull } from "../act/merge.ts";
import { openPull, setDraft } from "../act/pulls.ts";
import type { Conversation } from "../conversation.ts";
import { conversationPath } from "../json/issue.ts";
import type { Parts } from "../parts.ts";
import { notFound } from "../rest/api-error.ts";
import { getConversation } from "../rest/issues.ts";
import { findHead, getPull } from "../rest/pulls.ts";
import type { Repository } from "../state.ts";

/** Each form leads to the page of what it made or changed. */
export function addVisitorForms(app: Hono, parts: Parts): void {
  const acting = { actor: parts.state.visitor, parts };
  const goTo = (context: Context, target: Conversation): Response =>
    context.redirect(conversationPath(target), 303);
  app.post("/issues", async (context) => {
    const [owner, name] = (await readField(context, "repository")).split("/");
    const repository = parts.getRepository(owner, name);
    const title = await readField(context, "title");
    const body = await readField(context, "body");
    return goTo(context, openIssue({ repository, title, body }, acting));
  });
  app.post("/:owner/:repo/pulls", async (context) => {
    const repository = repositoryOf(context, parts);
    const label = await readField(context, "head");
    const head = findHead(label, repository, parts.state.repositories);
    if (head === undefined) throw notFound();
    const wanted = { repository, base: repository.defaultBranch, head, title: head.branch };
    return goTo(context, await openPull(wanted, acting));
  });
  app.post("/:owner/:repo/issues/:number/comments", async (context) => {
    const target = getConversation(placeOf(context, parts));
    createComment(target, await readField(context, "body"), acting);
    return goTo(context, target);
  });
  for (const [verb, state] of [
    ["close", "closed"],
    ["reopen", "open"],
  ] as const) {
    app.post(`/:owner/:repo/issues/:number/${verb}`, (context) => {
      const target = getConversation(placeOf(context, parts));
      changeConversation(target, { state }, acting);
      return goTo(context, target);
    });
  }
  app.post("/:owner/:repo/pull/:number/merge", async (context) => {
    const pull = getPull(placeOf(context, parts));
    await mergePull(pull, {}, acting);
    return goTo(context, pull);
  });
  app.post("/:owner/:repo/pull/:number/ready", (context) => {
    const pull = getPull(placeOf(context, parts));
    setDraft(pull, false, acting);
    return goTo(context, pull);
  });
}

/** A form's field as text; empty where the form lacks it. */
async function readField(context: Context, name: string): Promise<string> {
  const value = (await context.req.parseBody())[name];
  // Browsers send line ends of their own, which no text on GitHub has.
  return typeof value === "string" ? value.replaceAll("\r\n", "\n") : "";
}

function repositoryOf(context: Context, parts: Parts): Repository {
  return parts.getRepository(context.req.param("owner"), context.req.param("repo"));
}

function placeOf(context: Context, parts: Parts) {
  const params = { number: context.req.param("number") ?? "" };
  return { repository: repositoryOf(context, parts), parts, params };
}
