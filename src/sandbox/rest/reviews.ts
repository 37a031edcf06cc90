/** Endpoints of reviews. */
import { z } from "zod";
import { submitReview } from "../act/reviews.ts";
import { reviewJson } from "../json/review.ts";
import { ApiError } from "./api-error.ts";
import { answerPage } from "./paging.ts";
import { getPull } from "./pulls.ts";
import { defineRepositoryRoute, type Route } from "./route.ts";

const STATE_OF_EVENT = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
} as const;

const side = z.enum(["LEFT", "RIGHT"]);
const reviewBody = z.strictObject({
  commit_id: z.string().optional(),
  body: z.string().optional(),
  event: z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]),
  comments: z
    .array(
      z.strictObject({
        path: z.string(),
        body: z.string().min(1),
        line: z.int().optional(),
        side: side.optional(),
        start_line: z.int().optional(),
        start_side: side.optional(),
      }),
    )
    .optional(),
});

export const reviewRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "GET",
    path: "/pulls/:number/reviews",
    needs: "pull_requests:read",
    handle(call) {
      const pull = getPull(call);
      const reviews = call.parts.state.reviews.filter((review) => review.pull === pull);
      return answerPage(call, reviews, (page) => page.map((one) => reviewJson(one, call.parts)));
    },
  }),
  defineRepositoryRoute({
    method: "POST",
    path: "/pulls/:number/reviews",
    needs: "pull_requests:write",
    body: reviewBody,
    async handle(call) {
      const { event, body, comments = [] } = call.body;
      if (event !== "APPROVE" && (body ?? "") === "") {
        throw new ApiError(422, "Unprocessable Entity", { errors: ["Body can't be blank"] });
      }
      const review = await submitReview(
        getPull(call),
        {
          state: STATE_OF_EVENT[event],
          body,
          comments: comments.map(({ start_line: startLine, ...rest }) => ({ ...rest, startLine })),
        },
        call,
      );
      return { status: 200, body: reviewJson(review, call.parts) };
    },
  }),
];
