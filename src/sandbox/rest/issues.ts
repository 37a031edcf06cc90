/** Endpoints of issues. */
import { z } from "zod";
import { type IssueAction, issuePayload } from "../event/issue.ts";
import { issueJson } from "../json/issue.ts";
import type { Parts } from "../parts.ts";
import {
  type Account,
  findAccount,
  type Issue,
  type Label,
  type Repository,
  remember,
} from "../state.ts";
import type { Answer } from "./answer.ts";
import { ApiError, notFound, validationFailed } from "./api-error.ts";
import { BODY_CHARACTERS_MAX } from "./body.ts";
import { listMatchingIssues } from "./issue-filter.ts";
import { answerPage } from "./paging.ts";
import { defineRepositoryRoute, type RepositoryCall, type Route } from "./route.ts";

const ASSIGNEES_MAX = 10;
const LABELS_MAX = 100;
const TITLE_CHARACTERS_MAX = 256;
const LABEL_COLOR_DEFAULT = "ededed";

const label = z.union([z.string(), z.strictObject({ name: z.string() })]);

const fields = {
  body: z.string().nullable().optional(),
  labels: z.array(label).max(LABELS_MAX).optional(),
  assignees: z.array(z.string()).max(ASSIGNEES_MAX).optional(),
};

const newIssueBody = z.strictObject({ ...fields, title: z.string().min(1) });
const issueChangesBody = z.strictObject({
  ...fields,
  title: z.string().min(1).optional(),
  state: z.enum(["open", "closed"]).optional(),
  state_reason: z.enum(["completed", "not_planned", "duplicate", "reopened"]).nullable().optional(),
});
type NewIssue = z.infer<typeof newIssueBody>;
type IssueChanges = z.infer<typeof issueChangesBody>;

export const issueRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "POST",
    path: "/issues",
    needs: "issues:write",
    body: newIssueBody,
    handle: createIssue,
  }),
  defineRepositoryRoute({
    method: "PATCH",
    path: "/issues/:number",
    needs: "issues:write",
    body: issueChangesBody,
    handle: updateIssue,
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
    needs: "issues:read",
    handle: (call) => ({ status: 200, body: issueJson(getIssue(call), call.parts) }),
  }),
];

/** Throws GitHub's 404 where the repository has no issue of this number. */
export function getIssue({ repository, parts, params }: RepositoryCall<unknown>): Issue {
  const number = Number(params["number"]);
  const issue = parts.state.issues.find(
    (candidate) => candidate.repository === repository && candidate.number === number,
  );
  if (issue === undefined) throw notFound();
  return issue;
}

/** Throws GitHub's 410 where the repository has its issues switched off. */
export function checkIssuesEnabled(repository: Repository): void {
  if (!repository.hasIssues) throw new ApiError(410, "Issues are disabled for this repo");
}

/** Throws GitHub's 422 for a text over 65,536 characters. */
export function checkBodyLength(resource: string, body: string | null | undefined): void {
  if ((body?.length ?? 0) > BODY_CHARACTERS_MAX)
    throw tooLong(resource, "body", BODY_CHARACTERS_MAX);
}

function createIssue({ body, repository, parts, actor }: RepositoryCall<NewIssue>): Answer {
  checkIssuesEnabled(repository);
  checkLengths(body);
  const { state } = parts;
  const now = parts.now();
  const assignees = listAssignees(body.assignees ?? [], repository, parts);
  repository.issueNumber += 1;
  const issue: Issue = remember(state.issues, {
    id: state.nextId(),
    number: repository.issueNumber,
    repository,
    author: actor,
    createdAt: now,
    title: body.title,
    body: body.body ?? null,
    state: "open",
    stateReason: null,
    labels: ensureLabels(body.labels ?? [], repository, parts),
    assignees,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
  });
  announce("opened", issue, actor, parts);
  return { status: 201, body: issueJson(issue, parts) };
}

function updateIssue(call: RepositoryCall<IssueChanges>): Answer {
  const { body, repository, parts, actor } = call;
  checkIssuesEnabled(repository);
  checkLengths(body);
  const issue = getIssue(call);
  if (body.assignees !== undefined) {
    issue.assignees = listAssignees(body.assignees, repository, parts);
  }
  if (body.labels !== undefined) issue.labels = ensureLabels(body.labels, repository, parts);
  const edited = applyText(issue, body);
  const turned = applyState(issue, body, actor, parts.now());
  issue.updatedAt = parts.now();
  if (edited) announce("edited", issue, actor, parts);
  if (turned !== undefined) announce(turned, issue, actor, parts);
  parts.state.changed();
  return { status: 200, body: issueJson(issue, parts) };
}

function announce(action: IssueAction, issue: Issue, sender: Account, parts: Parts): void {
  parts.webhooks.deliver("issues", issuePayload({ action, issue, sender }, parts));
  parts.state.changed();
}

function checkLengths(body: {
  readonly title?: string | undefined;
  readonly body?: string | null | undefined;
}): void {
  checkBodyLength("Issue", body.body);
  if ((body.title?.length ?? 0) > TITLE_CHARACTERS_MAX) {
    throw tooLong("Issue", "title", TITLE_CHARACTERS_MAX);
  }
}

function tooLong(resource: string, field: string, charactersMax: number): ApiError {
  const message = `${field} is too long (maximum is ${charactersMax} characters)`;
  return validationFailed({ resource, field, code: "custom", message });
}

function listAssignees(logins: readonly string[], repository: Repository, parts: Parts): Account[] {
  return [...new Set(logins)].map((login) => {
    const account = findAccount(parts.state, login);
    if (account !== undefined && repository.roles.has(account.login)) return account;
    throw validationFailed({
      resource: "Issue",
      field: "assignees",
      code: "invalid",
      value: login,
    });
  });
}

/** Labels that the repository lacks are made, as GitHub does for whoever may write issues. */
function ensureLabels(
  wanted: readonly (string | { readonly name: string })[],
  repository: Repository,
  { state }: Parts,
): Label[] {
  const names = new Set(wanted.map((one) => (typeof one === "string" ? one : one.name)));
  return [...names].map((name) => {
    const known = state.labels.find(
      (one) => one.repository === repository && one.name.toLowerCase() === name.toLowerCase(),
    );
    const fresh = { id: state.nextId(), repository, name, color: LABEL_COLOR_DEFAULT };
    return known ?? remember(state.labels, fresh);
  });
}

/** Returns true where title or body is now another. */
function applyText(issue: Issue, body: IssueChanges): boolean {
  const title = body.title ?? issue.title;
  const text = body.body === undefined ? issue.body : body.body;
  const edited = title !== issue.title || text !== issue.body;
  issue.title = title;
  issue.body = text;
  return edited;
}

function applyState(
  issue: Issue,
  body: IssueChanges,
  actor: Account,
  now: Date,
): "closed" | "reopened" | undefined {
  if (body.state === undefined || body.state === issue.state) return undefined;
  issue.state = body.state;
  const closed = body.state === "closed";
  issue.stateReason = closed ? (body.state_reason ?? "completed") : "reopened";
  issue.closedAt = closed ? now : null;
  issue.closedBy = closed ? actor : null;
  return closed ? "closed" : "reopened";
}
