/** Chooses the issues, pull requests among them, that a list request asks for, in its order. */
import type { Conversation } from "../conversation.ts";
import type { Parts } from "../parts.ts";
import type { Repository, SandboxState } from "../state.ts";

type Test = (issue: Conversation, wanted: string) => boolean;

/** A filter by the name of its query parameter; a parameter that is absent lets all pass. */
const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ["state", (issue, wanted) => wanted === "all" || issue.state === wanted],
  ["creator", (issue, wanted) => toLogin(wanted) === issue.author.login.toLowerCase()],
  ["labels", hasLabels],
  ["assignee", isAssigned],
  ["since", (issue, wanted) => issue.updatedAt >= new Date(wanted)],
]);

export function listMatchingIssues(
  repository: Repository,
  query: URLSearchParams,
  { state }: Parts,
): Conversation[] {
  const filters = new URLSearchParams(query);
  if (!filters.has("state")) filters.set("state", "open");
  const matching = [...state.issues, ...state.pulls].filter(
    (issue) =>
      issue.repository === repository &&
      [...filters].every(([name, wanted]) => TESTS.get(name)?.(issue, wanted) ?? true),
  );
  const key = sortKeyOf(query.get("sort"), state);
  const sign = query.get("direction") === "asc" ? 1 : -1;
  return matching.sort((a, b) => sign * (key(a) - key(b) || a.number - b.number));
}

function hasLabels(issue: Conversation, wanted: string): boolean {
  const names = wanted.split(",");
  return names.every((name) => issue.labels.some((label) => sameText(label.name, name)));
}

function isAssigned(issue: Conversation, wanted: string): boolean {
  if (wanted === "*") return issue.assignees.length > 0;
  if (wanted === "none") return issue.assignees.length === 0;
  return issue.assignees.some((account) => sameText(account.login, wanted));
}

function sortKeyOf(sort: string | null, state: SandboxState): (issue: Conversation) => number {
  if (sort === "updated") return (issue) => issue.updatedAt.getTime();
  if (sort !== "comments") return (issue) => issue.createdAt.getTime();
  return (issue) => state.comments.filter((comment) => comment.issue === issue).length;
}

/** An App may be named by its slug, `app/rekeeper`, or by its login, `rekeeper[bot]`. */
function toLogin(creator: string): string {
  return creator.toLowerCase().replace(/^app\/(.+)$/, "$1[bot]");
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.trim().toLowerCase();
}
