/** Endpoints of the comments on lines of a pull request's diff. */
import { z } from "zod";
import { commentOnLine, editReviewComment } from "../act/reviews.ts";
import type { ReviewComment } from "../conversation.ts";
import { reviewCommentJson } from "../json/review.ts";
import { notFound } from "./api-error.ts";
import { answerPage } from "./paging.ts";
import { getPull } from "./pulls.ts";
import { defineRepositoryRoute, type RepositoryCall, type Route } from "./route.ts";

const side = z.enum(["LEFT", "RIGHT"]);
const newCommentBody = z.strictObject({
  body: z.string().min(1),
  commit_id: z.string(),
  path: z.string(),
  line: z.int().optional(),
  side: side.optional(),
  start_line: z.int().optional(),
  start_side: side.optional(),
  subject_type: z.enum(["line", "file"]).optional(),
  in_reply_to: z.int().optional(),
});
const changesBody = z.strictObject({ body: z.string().min(1) });

export const reviewCommentRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "GET",
    path: "/pulls/:number/comments",
    needs: "pull_requests:read",
    handle(call) {
      const pull = getPull(call);
      const comments = call.parts.state.reviewComments.filter(({ review }) => review.pull === pull);
      return answerPage(call, comments, (page) =>
        page.map((one) => reviewCommentJson(one, call.parts)),
      );
    },
  }),
  defineRepositoryRoute({
    method: "POST",
    path: "/pulls/:number/comments",
    needs: "pull_requests:write",
    body: newCommentBody,
    async handle(call) {
      const { body, path, line, side, start_line: startLine, in_reply_to } = call.body;
      const wanted = { body, path, line, side, startLine, inReplyToId: in_reply_to };
      const comment = await commentOnLine(getPull(call), wanted, call);
      return { status: 201, body: reviewCommentJson(comment, call.parts) };
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/pulls/comments/:id",
    needs: "pull_requests:read",
    handle: (call) => ({
      status: 200,
      body: reviewCommentJson(getReviewComment(call), call.parts),
    }),
  }),
  defineRepositoryRoute({
    method: "PATCH",
    path: "/pulls/comments/:id",
    needs: "pull_requests:write",
    body: changesBody,
    handle(call) {
      const comment = getReviewComment(call);
      editReviewComment(comment, call.body.body, call);
      return { status: 200, body: reviewCommentJson(comment, call.parts) };
    },
  }),
];

/** Throws GitHub's 404 where the repository has no comment of this id. */
export function getReviewComment({
  repository,
  parts,
  params,
}: RepositoryCall<unknown>): ReviewComment {
  const id = Number(params["id"]);
  const comment = parts.state.reviewComments.find(
    (candidate) => candidate.id === id && candidate.review.pull.repository === repository,
  );
  if (comment === undefined) throw notFound();
  return comment;
}
