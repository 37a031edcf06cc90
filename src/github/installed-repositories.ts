/** What an installation may see, and the pull requests that are open there. */
import type { Octokit } from "@octokit/rest";
import type { RepositoryName } from "./repositories.ts";

const PER_PAGE = 100;
const REPOSITORIES_MAX = 10_000;
const PULLS_MAX = 1_000;

export interface InstalledRepository {
  readonly id: number;
  readonly ownerId: number;
  readonly owner: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly isArchived: boolean;
  readonly defaultBranch: string;
  /** Null where nothing was ever pushed. */
  readonly pushedAt: Date | null;
}

export async function* listInstalledRepositories(
  octokit: Octokit,
): AsyncGenerator<InstalledRepository> {
  for (let page = 1; page <= REPOSITORIES_MAX / PER_PAGE; page += 1) {
    const { data } = await octokit.rest.apps.listReposAccessibleToInstallation({
      per_page: PER_PAGE,
      page,
    });
    for (const repository of data.repositories) {
      yield {
        id: repository.id,
        ownerId: repository.owner.id,
        owner: repository.owner.login,
        name: repository.name,
        isPrivate: repository.private,
        isArchived: repository.archived ?? false,
        defaultBranch: repository.default_branch,
        pushedAt: repository.pushed_at === null ? null : new Date(repository.pushed_at ?? 0),
      };
    }
    if (data.repositories.length < PER_PAGE) return;
  }
}

export interface OpenPull {
  readonly number: number;
  readonly head: string;
  readonly base: string;
  readonly baseBranch: string;
  readonly isFork: boolean;
  readonly author: { readonly id: number; readonly login: string; readonly isBot: boolean } | null;
}

/** Open pull requests, newest first, at most 1,000. */
export async function listOpenPullRequests(
  octokit: Octokit,
  name: RepositoryName,
): Promise<readonly OpenPull[]> {
  const pulls: OpenPull[] = [];
  for (let page = 1; page <= PULLS_MAX / PER_PAGE; page += 1) {
    const { data } = await octokit.rest.pulls.list({
      owner: name.owner,
      repo: name.repo,
      state: "open",
      per_page: PER_PAGE,
      page,
    });
    for (const { number, head, base, user } of data) {
      pulls.push({
        number,
        head: head.sha,
        base: base.sha,
        baseBranch: base.ref,
        isFork: head.repo?.id !== base.repo.id,
        author:
          user === null ? null : { id: user.id, login: user.login, isBot: user.type === "Bot" },
      });
    }
    if (data.length < PER_PAGE) break;
  }
  return pulls;
}
