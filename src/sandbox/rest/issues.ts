/** Endpoints of issues; GitHub takes every pull request for one of them. */
import { z } from "zod";
import { changeConversation, lockConversation, unlockConversation } from "../act/conversations.ts";
import { checkIssuesEnabled, openIssue } from "../act/issues.ts";
import { type Conversation, LOCK_REASONS } from "../conversation.ts";
import { issueJson } from "../json/issue.ts";
import { LIMITS } from "../limits.ts";
import { notFound } from "./api-error.ts";
import { listMatchingIssues } from "./issue-filter.ts";
import { answerPage } from "./paging.ts";
import { defineRepositoryRoute, type RepositoryCall, type Route } from "./route.ts";

const label = z.union([z.string(), z.strictObject({ name: z.string() })]);

const fields = {
  body: z.string().nullable().optional(),
  labels: z.array(label).max(LIMITS.labels).optional(),
  assignees: z.array(z.string()).max(LIMITS.assignees).optional(),
};

const newIssueBody = z.strictObject({ ...fields, title: z.string().min(1) });
const issueChangesBody = z.strictObject({
  ...fields,
  title: z.string().min(1).optional(),
  state: z.enum(["open", "closed"]).optional(),
  state_reason: z.enum(["completed", "not_planned", "duplicate", "reopened"]).nullable().optional(),
});
const lockBody = z.strictObject({ lock_reason: z.enum(LOCK_REASONS).optional() });

export const issueRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "POST",
    path: "/issues",
    needs: "issues:write",
    body: newIssueBody,
    handle({ body, repository, parts, actor }) {
      const wanted = { ...body, repository, labels: body.labels?.map(nameOf) };
      const issue = openIssue(wanted, { actor, parts });
      return { status: 201, body: issueJson(issue, parts) };
    },
  }),
  defineRepositoryRoute({
    method: "PATCH",
    path: "/issues/:number",
    needs: ["issues:write", "pull_requests:write"],
    body: issueChangesBody,
    handle(call) {
      const { body, parts, actor } = call;
      const issue = getConversation(call);
      if (issue.kind === "issue") checkIssuesEnabled(call.repository);
      const { state_reason: stateReason, labels, ...rest } = body;
      const changes = { ...rest, stateReason, labels: labels?.map(nameOf) };
      changeConversation(issue, changes, { actor, parts });
      return { status: 200, body: issueJson(issue, parts) };
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/issues",
    needs: "issues:read",
    handle(call) {
      const issues = listMatchingIssues(call.repository, call.query, call.parts);
      return answerPage(call, issues, (page) => page.map((issue) => issueJson(issue, call.parts)));
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/issues/:number",
    needs: ["issues:read", "pull_requests:read"],
    handle: (call) => ({ status: 200, body: issueJson(getConversation(call), call.parts) }),
  }),
  defineRepositoryRoute({
    method: "PUT",
    path: "/issues/:number/lock",
    needs: ["issues:write", "pull_requests:write"],
    body: lockBody,
    handle(call) {
      const reason = call.body.lock_reason ?? null;
      lockConversation(getConversation(call), reason, call);
      return { status: 204 };
    },
  }),
  defineRepositoryRoute({
    method: "DELETE",
    path: "/issues/:number/lock",
    needs: ["issues:write", "pull_requests:write"],
    handle(call) {
      unlockConversation(getConversation(call), call);
      return { status: 204 };
    },
  }),
];

/** Throws GitHub's 404 where the repository has neither issue nor pull request of this number. */
export function getConversation({
  repository,
  parts,
  params,
}: Pick<RepositoryCall<unknown>, "repository" | "parts" | "params">): Conversation {
  const number = Number(params["number"]);
  const { issues, pulls } = parts.state;
  const found = [...issues, ...pulls].find(
    (candidate) => candidate.repository === repository && candidate.number === number,
  );
  if (found === undefined) throw notFound();
  return found;
}

function nameOf(wanted: z.infer<typeof label>): string {
  return typeof wanted === "string" ? wanted : wanted.name;
}
