/** Issues: found by our own app and a marker in the body, created once, edited afterwards. */
import type { Octokit } from "@octokit/rest";
import type { RepositoryName } from "./repositories.ts";

export interface IssueContent {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
}

export interface LiveIssue {
  readonly number: number;
  readonly body: string;
  readonly isOpen: boolean;
  readonly closedAt: Date | undefined;
}

const ISSUES_PER_PAGE = 100;
const PAGES_MAX = 20;

/** The issue whose body holds `marker`, among those with a label, newest first. */
export async function findIssueByMarker(
  octokit: Octokit,
  name: RepositoryName,
  search: { readonly label: string; readonly marker: string },
): Promise<number | undefined> {
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { data } = await octokit.rest.issues.listForRepo({
      owner: name.owner,
      repo: name.repo,
      state: "all",
      labels: search.label,
      per_page: ISSUES_PER_PAGE,
      page,
    });
    // Anyone may copy the marker into a text of theirs; only an App's issue can be ours, and GitHub
    // lists pull requests among the issues.
    const found = data.find(
      (issue) =>
        issue.user?.type === "Bot" &&
        issue.pull_request === undefined &&
        issue.body?.includes(search.marker),
    );
    if (found !== undefined) return found.number;
    if (data.length < ISSUES_PER_PAGE) return undefined;
  }
  return undefined;
}

/** @throws GitHubError, `final` with status 410 where issues are switched off. */
export async function createIssue(
  octokit: Octokit,
  name: RepositoryName,
  content: IssueContent,
): Promise<number> {
  const { data } = await octokit.rest.issues.create({
    owner: name.owner,
    repo: name.repo,
    title: content.title,
    body: content.body,
    labels: [...content.labels],
    assignees: [...content.assignees],
  });
  return data.number;
}

/** Edits title and body only: labels and assignees belong to the people who triage. */
export async function updateIssue(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
  content: Pick<IssueContent, "title" | "body">,
): Promise<void> {
  await octokit.rest.issues.update({
    owner: name.owner,
    repo: name.repo,
    issue_number: number,
    title: content.title,
    body: content.body,
  });
}

export async function getIssue(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
): Promise<LiveIssue> {
  const { data } = await octokit.rest.issues.get({
    owner: name.owner,
    repo: name.repo,
    issue_number: number,
  });
  return {
    number: data.number,
    body: data.body ?? "",
    isOpen: data.state === "open",
    closedAt: data.closed_at ? new Date(data.closed_at) : undefined,
  };
}

export async function reopenIssue(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
): Promise<void> {
  await octokit.rest.issues.update({
    owner: name.owner,
    repo: name.repo,
    issue_number: number,
    state: "open",
  });
}

/** Closes an issue that says nothing any more. */
export async function closeIssue(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
): Promise<void> {
  await octokit.rest.issues.update({
    owner: name.owner,
    repo: name.repo,
    issue_number: number,
    state: "closed",
    state_reason: "not_planned",
  });
}
