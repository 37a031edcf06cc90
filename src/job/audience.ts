/** Who can read what is written: asked of GitHub before each write, since it changes any time. */
import { getRepositoryState, type RepositoryName } from "../github/repositories.ts";
import type { JobParts } from "./parts.ts";
import type { RepositorySubject } from "./write-check.ts";

export interface Audience {
  /** True where anyone can read: nothing there may point at a key that may be alive. */
  readonly isPublic: boolean;
  /** Where an issue about a key may go; undefined where it has to wait in the database. */
  readonly issueHome: IssueHome | undefined;
}

export interface IssueHome extends RepositoryName {
  readonly repositoryId: number;
  /** True when the issue is in another repository than the key. */
  readonly isElsewhere: boolean;
}

export async function readAudience(
  parts: JobParts,
  { repository, installationId }: RepositorySubject,
): Promise<Audience> {
  const octokit = parts.github.installation(installationId);
  const name = { owner: repository.owner, repo: repository.name };
  const live = await getRepositoryState(octokit, name);
  const own: IssueHome = { ...name, repositoryId: repository.id, isElsewhere: false };
  const configured = await findConfiguredHome(parts, { repository, installationId });
  const issueHome = configured ?? (live.isPrivate && live.hasIssues ? own : undefined);
  return { isPublic: !live.isPrivate, issueHome };
}

/** The private repository that the configuration names for issues. */
async function findConfiguredHome(
  _parts: JobParts,
  _subject: RepositorySubject,
): Promise<IssueHome | undefined> {
  return undefined;
}
