/** Comments on issues and pull requests: found by a marker, created once, edited afterwards. */
import type { Octokit } from "@octokit/rest";
import type { RepositoryName } from "./repositories.ts";

const COMMENTS_PER_PAGE = 100;
const PAGES_MAX = 10;

/** The oldest comment that holds the marker, among the first 1,000. */
export async function findComment(
  octokit: Octokit,
  name: RepositoryName,
  search: { readonly number: number; readonly marker: string },
): Promise<number | undefined> {
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { data } = await octokit.rest.issues.listComments({
      owner: name.owner,
      repo: name.repo,
      issue_number: search.number,
      per_page: COMMENTS_PER_PAGE,
      page,
    });
    // Anyone may copy the marker into a comment of theirs; only an App's comment can be ours.
    const found = data.find(
      (comment) => comment.user?.type === "Bot" && comment.body?.includes(search.marker),
    );
    if (found !== undefined) return found.id;
    if (data.length < COMMENTS_PER_PAGE) return undefined;
  }
  return undefined;
}

export async function createComment(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
  body: string,
): Promise<number> {
  const { data } = await octokit.rest.issues.createComment({
    owner: name.owner,
    repo: name.repo,
    issue_number: number,
    body,
  });
  return data.id;
}

export async function updateComment(
  octokit: Octokit,
  name: RepositoryName,
  id: number,
  body: string,
): Promise<void> {
  await octokit.rest.issues.updateComment({
    owner: name.owner,
    repo: name.repo,
    comment_id: id,
    body,
  });
}
