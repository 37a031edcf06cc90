/** What people with the App do to an issue or a pull request alike: edit, close, label, lock. */
import type { Conversation, LockReason } from "../conversation.ts";
import { type IssueAction, issuePayload } from "../event/issue.ts";
import { pullPayload } from "../event/pull.ts";
import { accountJson } from "../json/account.ts";
import { labelJson } from "../json/issue.ts";
import type { Parts } from "../parts.ts";
import { validationFailed } from "../rest/api-error.ts";
import { type Account, findAccount, type Label, type Repository, remember } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";
import { type Acting, checkRole, checkWritable } from "./acting.ts";
import { checkBody, checkTitle } from "./texts.ts";

const LABEL_COLOR_DEFAULT = "ededed";

export interface ConversationChanges {
  readonly title?: string | undefined;
  readonly body?: string | null | undefined;
  readonly state?: "open" | "closed" | undefined;
  readonly stateReason?: Conversation["stateReason"] | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
}

/** Applies all of it, or throws before any of it; sends one event for each thing that is new. */
export function changeConversation(
  target: Conversation,
  changes: ConversationChanges,
  acting: Acting,
): void {
  const { actor, parts } = acting;
  checkWritable(target.repository);
  if (actor !== target.author) checkRole(acting, target.repository, "triage");
  const resource = resourceOf(target);
  checkTitle(resource, changes.title);
  checkBody(resource, changes.body);
  const assignees = changes.assignees && listAssignees(changes.assignees, target, parts);
  target.updatedAt = parts.now();
  changeText(target, changes, acting);
  if (changes.labels !== undefined) changeLabels(target, changes.labels, acting);
  if (assignees !== undefined) changeAssignees(target, assignees, acting);
  turn(target, changes, acting);
  parts.state.changed();
}

export function lockConversation(
  target: Conversation,
  reason: LockReason | null,
  acting: Acting,
): void {
  checkRole(acting, target.repository, "write");
  target.lock = { reason };
  announceConversation(target, "locked", acting);
}

export function unlockConversation(target: Conversation, acting: Acting): void {
  checkRole(acting, target.repository, "write");
  target.lock = null;
  announceConversation(target, "unlocked", acting);
}

/** Sends the event under the name that its kind has. */
export function announceConversation(
  target: Conversation,
  action: Exclude<IssueAction, "deleted">,
  { actor, parts }: Acting,
  more: Payload = {},
): void {
  if (target.kind === "issue") {
    const event = { action, issue: target, sender: actor, more };
    parts.webhooks.deliver("issues", issuePayload(event, parts));
  } else {
    const event = { action, pull: target, sender: actor, more };
    parts.webhooks.deliver("pull_request", pullPayload(event, parts));
  }
  parts.state.changed();
}

/** Labels that the repository lacks are made, as GitHub does for whoever may write issues. */
export function changeLabels(target: Conversation, names: readonly string[], acting: Acting): void {
  const before = target.labels;
  const after = ensureLabels(names, target.repository, acting.parts);
  target.labels = after;
  const tell = (action: "labeled" | "unlabeled", label: Label): void =>
    announceConversation(target, action, acting, { label: labelJson(label, acting.parts) });
  for (const label of before) if (!after.includes(label)) tell("unlabeled", label);
  for (const label of after) if (!before.includes(label)) tell("labeled", label);
}

export function changeAssignees(
  target: Conversation,
  after: readonly Account[],
  acting: Acting,
): void {
  const before = target.assignees;
  target.assignees = [...after];
  const tell = (action: "assigned" | "unassigned", assignee: Account): void =>
    announceConversation(target, action, acting, {
      assignee: accountJson(assignee, acting.parts.links),
    });
  for (const account of before) if (!after.includes(account)) tell("unassigned", account);
  for (const account of after) if (!before.includes(account)) tell("assigned", account);
}

/** Throws GitHub's 422 for somebody whom the repository does not know. */
export function listAssignees(
  logins: readonly string[],
  { repository, kind }: Pick<Conversation, "repository" | "kind">,
  parts: Parts,
): Account[] {
  return [...new Set(logins)].map((login) => {
    const account = findAccount(parts.state, login);
    if (account !== undefined && repository.roles.has(account.login)) return account;
    const resource = resourceOf({ kind });
    throw validationFailed({ resource, field: "assignees", code: "invalid", value: login });
  });
}

function resourceOf({ kind }: Pick<Conversation, "kind">): string {
  return kind === "pull" ? "PullRequest" : "Issue";
}

function ensureLabels(
  wanted: readonly string[],
  repository: Repository,
  { state }: Parts,
): Label[] {
  return [...new Set(wanted)].map((name) => {
    const known = state.labels.find(
      (one) => one.repository === repository && one.name.toLowerCase() === name.toLowerCase(),
    );
    const fresh = { id: state.nextId(), repository, name, color: LABEL_COLOR_DEFAULT };
    return known ?? remember(state.labels, fresh);
  });
}

function changeText(target: Conversation, changes: ConversationChanges, acting: Acting): void {
  const title = changes.title ?? target.title;
  const body = changes.body === undefined ? target.body : changes.body;
  const was = {
    ...(title === target.title ? {} : { title: { from: target.title } }),
    ...(body === target.body ? {} : { body: { from: target.body ?? "" } }),
  };
  target.title = title;
  target.body = body;
  if (Object.keys(was).length > 0) announceConversation(target, "edited", acting, { changes: was });
}

function turn(target: Conversation, changes: ConversationChanges, acting: Acting): void {
  if (changes.state === undefined || changes.state === target.state) return;
  const closed = changes.state === "closed";
  if (!closed && target.kind === "pull" && target.merge !== null) {
    throw validationFailed({
      resource: "PullRequest",
      field: "state",
      code: "custom",
      message: "state cannot be changed. The pull request cannot be reopened.",
    });
  }
  target.state = changes.state;
  if (target.kind === "issue") {
    target.stateReason = closed ? (changes.stateReason ?? "completed") : "reopened";
  }
  target.closedAt = closed ? acting.parts.now() : null;
  target.closedBy = closed ? acting.actor : null;
  announceConversation(target, closed ? "closed" : "reopened", acting);
}
