/** Shapes a repository as GitHub's API does. */
import type { RestEndpointMethodTypes } from "@octokit/rest";
import { fullName, type Links, nodeId, repositoryPath } from "../links.ts";
import type { Repository, SandboxState } from "../state.ts";
import { accountJson } from "./account.ts";
import { timeJson } from "./time.ts";

export type RepositoryJson =
  RestEndpointMethodTypes["apps"]["listReposAccessibleToInstallation"]["response"]["data"]["repositories"][number];
export type FullRepositoryJson = RestEndpointMethodTypes["repos"]["get"]["response"]["data"];

export function repositoryJson(
  repository: Repository,
  state: SandboxState,
  links: Links,
): RepositoryJson {
  return fieldsOf(repository, state, links);
}

/** The longer form that only `GET /repos/:owner/:repo` answers. */
export function fullRepositoryJson(
  repository: Repository,
  state: SandboxState,
  links: Links,
): FullRepositoryJson {
  return {
    ...fieldsOf(repository, state, links),
    ...originOf(repository, state, links),
    network_count: 0,
    subscribers_count: 0,
  };
}

/** The five fields by which an installation's events name a repository. */
export function repositoryNameJson(repository: Repository): Readonly<Record<string, unknown>> {
  return identityOf(repository);
}

/** Its type is left to be inferred: that of GitHub's short form lets more be absent. */
function fieldsOf(repository: Repository, state: SandboxState, links: Links) {
  const forkCount = state.repositories.filter(({ source }) => source === repository).length;
  const openIssueCount = [...state.issues, ...state.pulls].filter(
    (issue) => issue.repository === repository && issue.state === "open",
  ).length;
  return {
    ...identityOf(repository),
    owner: accountJson(repository.owner, links),
    html_url: links.web(repositoryPath(repository)),
    description: null,
    fork: repository.source !== null,
    ...templatesOf(links.api(`/repos${repositoryPath(repository)}`)),
    ...transportsOf(repository, links),
    created_at: timeJson(repository.createdAt),
    updated_at: timeJson(repository.pushedAt),
    pushed_at: timeJson(repository.pushedAt),
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: repository.hasIssues,
    has_projects: false,
    has_downloads: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: forkCount,
    archived: repository.archived,
    disabled: false,
    open_issues_count: openIssueCount,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? "private" : "public",
    forks: forkCount,
    open_issues: openIssueCount,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

/** Who is behind it: the organisation it belongs to, the repository it was forked from. */
function originOf({ owner, source }: Repository, state: SandboxState, links: Links) {
  const organisation =
    owner.type === "Organization" ? { organization: accountJson(owner, links) } : {};
  if (source === null) return organisation;
  const origin = fieldsOf(source, state, links);
  return { ...organisation, parent: origin, source: origin };
}

function identityOf(repository: Repository) {
  return {
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
  };
}

function transportsOf(repository: Repository, links: Links) {
  const clone = links.web(`${repositoryPath(repository)}.git`);
  return {
    git_url: clone.replace(/^https?:/, "git:"),
    ssh_url: `git@${new URL(clone).hostname}:${fullName(repository)}.git`,
    clone_url: clone,
    svn_url: links.web(repositoryPath(repository)),
    mirror_url: null,
  };
}

function templatesOf(url: string) {
  return {
    url,
    archive_url: `${url}/{archive_format}{/ref}`,
    assignees_url: `${url}/assignees{/user}`,
    blobs_url: `${url}/git/blobs{/sha}`,
    branches_url: `${url}/branches{/branch}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    comments_url: `${url}/comments{/number}`,
    commits_url: `${url}/commits{/sha}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    contributors_url: `${url}/contributors`,
    deployments_url: `${url}/deployments`,
    downloads_url: `${url}/downloads`,
    events_url: `${url}/events`,
    forks_url: `${url}/forks`,
    git_commits_url: `${url}/git/commits{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    hooks_url: `${url}/hooks`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    issue_events_url: `${url}/issues/events{/number}`,
    issues_url: `${url}/issues{/number}`,
    keys_url: `${url}/keys{/key_id}`,
    labels_url: `${url}/labels{/name}`,
    languages_url: `${url}/languages`,
    merges_url: `${url}/merges`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    pulls_url: `${url}/pulls{/number}`,
    releases_url: `${url}/releases{/id}`,
    stargazers_url: `${url}/stargazers`,
    statuses_url: `${url}/statuses/{sha}`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    tags_url: `${url}/tags`,
    teams_url: `${url}/teams`,
    trees_url: `${url}/git/trees{/sha}`,
  };
}
