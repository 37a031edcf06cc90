/** What people with the App do to issues alone: open, delete. */
import type { Issue } from "../conversation.ts";
import { issuePayload } from "../event/issue.ts";
import { ApiError } from "../rest/api-error.ts";
import { type Repository, remember } from "../state.ts";
import { type Acting, checkRole, checkWritable } from "./acting.ts";
import {
  announceConversation,
  changeAssignees,
  changeLabels,
  listAssignees,
} from "./conversations.ts";
import { checkBody, checkTitle } from "./texts.ts";

export interface NewIssue {
  readonly repository: Repository;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
}

export function openIssue(wanted: NewIssue, acting: Acting): Issue {
  const { repository, title, body = null } = wanted;
  const { actor, parts } = acting;
  checkIssuesEnabled(repository);
  checkWritable(repository);
  checkRole(acting, repository, "read");
  checkTitle("Issue", title);
  checkBody("Issue", body);
  const assignees = listAssignees(wanted.assignees ?? [], { repository, kind: "issue" }, parts);
  const now = parts.now();
  repository.issueNumber += 1;
  const issue: Issue = remember(parts.state.issues, {
    kind: "issue",
    id: parts.state.nextId(),
    number: repository.issueNumber,
    repository,
    author: actor,
    createdAt: now,
    title,
    body,
    state: "open",
    stateReason: null,
    labels: [],
    assignees: [],
    lock: null,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
  });
  announceConversation(issue, "opened", acting);
  changeLabels(issue, wanted.labels ?? [], acting);
  changeAssignees(issue, assignees, acting);
  return issue;
}

/** Its comments go with it. */
export function deleteIssue(issue: Issue, acting: Acting): void {
  const { actor, parts } = acting;
  const { state } = parts;
  checkRole(acting, issue.repository, "admin");
  const payload = issuePayload({ action: "deleted", issue, sender: actor }, parts);
  state.issues.splice(state.issues.indexOf(issue), 1);
  const kept = state.comments.filter((comment) => comment.issue !== issue);
  state.comments.splice(0, state.comments.length, ...kept);
  parts.webhooks.deliver("issues", payload);
  state.changed();
}

/** Throws GitHub's 410 where the repository has its issues switched off. */
export function checkIssuesEnabled(repository: Repository): void {
  if (!repository.hasIssues) throw new ApiError(410, "Issues are disabled for this repo");
}
