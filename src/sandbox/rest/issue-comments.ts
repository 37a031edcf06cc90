/** Endpoints of the comments on issues with pull requests. */
import { z } from "zod";
import { createComment, deleteComment, editComment } from "../act/comments.ts";
import type { IssueComment } from "../conversation.ts";
import { issueCommentJson } from "../json/issue.ts";
import { notFound } from "./api-error.ts";
import { getConversation } from "./issues.ts";
import { answerPage } from "./paging.ts";
import { defineRepositoryRoute, type Need, type RepositoryCall, type Route } from "./route.ts";

const commentBody = z.strictObject({ body: z.string().min(1) });
const READ: readonly Need[] = ["issues:read", "pull_requests:read"];
const WRITE: readonly Need[] = ["issues:write", "pull_requests:write"];

export const issueCommentRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "GET",
    path: "/issues/:number/comments",
    needs: READ,
    handle(call) {
      const issue = getConversation(call);
      const since = new Date(call.query.get("since") ?? 0);
      const comments = call.parts.state.comments.filter(
        (comment) => comment.issue === issue && comment.updatedAt >= since,
      );
      return answerPage(call, comments, (page) =>
        page.map((comment) => issueCommentJson(comment, call.parts)),
      );
    },
  }),
  defineRepositoryRoute({
    method: "POST",
    path: "/issues/:number/comments",
    needs: WRITE,
    body: commentBody,
    handle(call) {
      const comment = createComment(getConversation(call), call.body.body, call);
      return { status: 201, body: issueCommentJson(comment, call.parts) };
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/issues/comments/:id",
    needs: READ,
    handle: (call) => ({ status: 200, body: issueCommentJson(getComment(call), call.parts) }),
  }),
  defineRepositoryRoute({
    method: "PATCH",
    path: "/issues/comments/:id",
    needs: WRITE,
    body: commentBody,
    handle(call) {
      const comment = getComment(call);
      editComment(comment, call.body.body, call);
      return { status: 200, body: issueCommentJson(comment, call.parts) };
    },
  }),
  defineRepositoryRoute({
    method: "DELETE",
    path: "/issues/comments/:id",
    needs: WRITE,
    handle(call) {
      deleteComment(getComment(call), call);
      return { status: 204 };
    },
  }),
];

/** Throws GitHub's 404 where the repository has no comment of this id. */
export function getComment({ repository, parts, params }: RepositoryCall<unknown>): IssueComment {
  const id = Number(params["id"]);
  const comment = parts.state.comments.find(
    (candidate) => candidate.id === id && candidate.issue.repository === repository,
  );
  if (comment === undefined) throw notFound();
  return comment;
}
