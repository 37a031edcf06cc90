/** Endpoints of the comments on issues. */
import { z } from "zod";
import { commentPayload } from "../event/issue.ts";
import { issueCommentJson } from "../json/issue.ts";
import { type IssueComment, remember } from "../state.ts";
import type { Answer } from "./answer.ts";
import { notFound } from "./api-error.ts";
import { checkBodyLength, checkIssuesEnabled, getIssue } from "./issues.ts";
import { answerPage } from "./paging.ts";
import { defineRepositoryRoute, type RepositoryCall, type Route } from "./route.ts";

const commentBody = z.strictObject({ body: z.string().min(1) });
type CommentBody = z.infer<typeof commentBody>;

export const issueCommentRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "GET",
    path: "/issues/:number/comments",
    needs: "issues:read",
    handle(call) {
      const issue = getIssue(call);
      const comments = call.parts.state.comments.filter((comment) => comment.issue === issue);
      return answerPage(call, comments, (page) =>
        page.map((comment) => issueCommentJson(comment, call.parts)),
      );
    },
  }),
  defineRepositoryRoute({
    method: "POST",
    path: "/issues/:number/comments",
    needs: "issues:write",
    body: commentBody,
    handle: createComment,
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/issues/comments/:id",
    needs: "issues:read",
    handle: (call) => ({ status: 200, body: issueCommentJson(getComment(call), call.parts) }),
  }),
  defineRepositoryRoute({
    method: "PATCH",
    path: "/issues/comments/:id",
    needs: "issues:write",
    body: commentBody,
    handle: updateComment,
  }),
];

function createComment(call: RepositoryCall<CommentBody>): Answer {
  const { body, parts, actor, repository } = call;
  checkIssuesEnabled(repository);
  checkBodyLength("IssueComment", body.body);
  const issue = getIssue(call);
  const now = parts.now();
  issue.updatedAt = now;
  const comment = remember(parts.state.comments, {
    id: parts.state.nextId(),
    issue,
    author: actor,
    createdAt: now,
    body: body.body,
    updatedAt: now,
  });
  const event = { action: "created", comment, sender: actor } as const;
  parts.webhooks.deliver("issue_comment", commentPayload(event, parts));
  parts.state.changed();
  return { status: 201, body: issueCommentJson(comment, parts) };
}

function updateComment(call: RepositoryCall<CommentBody>): Answer {
  const { body, parts, actor } = call;
  checkBodyLength("IssueComment", body.body);
  const comment = getComment(call);
  const changes = { body: { from: comment.body } };
  comment.body = body.body;
  comment.updatedAt = parts.now();
  const event = { action: "edited", comment, sender: actor, changes } as const;
  parts.webhooks.deliver("issue_comment", commentPayload(event, parts));
  parts.state.changed();
  return { status: 200, body: issueCommentJson(comment, parts) };
}

function getComment({ repository, parts, params }: RepositoryCall<unknown>): IssueComment {
  const id = Number(params["id"]);
  const comment = parts.state.comments.find(
    (candidate) => candidate.id === id && candidate.issue.repository === repository,
  );
  if (comment === undefined) throw notFound();
  return comment;
}
