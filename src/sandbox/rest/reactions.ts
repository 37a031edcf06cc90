/** Endpoints of reactions: to issues, to comments, to comments on lines. */
import { z } from "zod";
import { react } from "../act/comments.ts";
import { REACTION_CONTENTS, type Reaction } from "../conversation.ts";
import { reactionJson } from "../json/reaction.ts";
import { getComment } from "./issue-comments.ts";
import { getConversation } from "./issues.ts";
import { answerPage } from "./paging.ts";
import { getReviewComment } from "./review-comments.ts";
import { defineRepositoryRoute, type Need, type RepositoryCall, type Route } from "./route.ts";

const reactionBody = z.strictObject({ content: z.enum(REACTION_CONTENTS) });

export const reactionRoutes: readonly Route[] = [
  ...routesOf("/issues/:number", ["issues", "pull_requests"], getConversation),
  ...routesOf("/issues/comments/:id", ["issues", "pull_requests"], getComment),
  ...routesOf("/pulls/comments/:id", ["pull_requests"], getReviewComment),
];

function routesOf(
  path: string,
  permissions: readonly string[],
  find: (call: RepositoryCall<unknown>) => Reaction["subject"],
): Route[] {
  const needs = (level: "read" | "write"): Need[] =>
    permissions.map((permission) => `${permission}:${level}` as const);
  return [
    defineRepositoryRoute({
      method: "POST",
      path: `${path}/reactions`,
      needs: needs("write"),
      body: reactionBody,
      handle(call) {
        const { reaction, isNew } = react(find(call), call.body.content, call);
        return { status: isNew ? 201 : 200, body: reactionJson(reaction, call.parts) };
      },
    }),
    defineRepositoryRoute({
      method: "GET",
      path: `${path}/reactions`,
      needs: needs("read"),
      handle(call) {
        const subject = find(call);
        const given = call.parts.state.reactions.filter((one) => one.subject === subject);
        return answerPage(call, given, (page) => page.map((one) => reactionJson(one, call.parts)));
      },
    }),
  ];
}
