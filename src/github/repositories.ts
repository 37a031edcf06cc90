/** What GitHub says of a repository at this moment. */
import type { Octokit } from "@octokit/rest";

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

export interface LiveRepository {
  readonly isPrivate: boolean;
  readonly hasIssues: boolean;
  readonly isArchived: boolean;
  readonly defaultBranch: string;
}

/** @throws GitHubError, `final` with status 404 when the installation cannot see it. */
export async function getRepositoryState(
  octokit: Octokit,
  name: RepositoryName,
): Promise<LiveRepository> {
  const { data } = await octokit.rest.repos.get({ owner: name.owner, repo: name.repo });
  return {
    isPrivate: data.private,
    hasIssues: data.has_issues,
    isArchived: data.archived,
    defaultBranch: data.default_branch,
  };
}

/** True when GitHub would accept this login as an assignee of an issue. */
export async function isAssignable(
  octokit: Octokit,
  name: RepositoryName,
  login: string,
): Promise<boolean> {
  try {
    await octokit.rest.issues.checkUserCanBeAssigned({
      owner: name.owner,
      repo: name.repo,
      assignee: login,
    });
    return true;
  } catch (cause) {
    if ((cause as { status?: number }).status === 404) return false;
    throw cause;
  }
}

/** True when this login may push here at this moment: write, maintain or admin. */
export async function hasWriteAccess(
  octokit: Octokit,
  name: RepositoryName,
  login: string,
): Promise<boolean> {
  const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({
    owner: name.owner,
    repo: name.repo,
    username: login,
  });
  return data.permission === "write" || data.permission === "admin";
}
