/** Tells pull requests of strangers: from a fork, by someone who may not write here now. */
import { findPerson } from "../db/people.ts";
import type { PullRow } from "../db/pulls.ts";
import { hasWriteAccess } from "../github/repositories.ts";
import type { JobParts } from "./parts.ts";
import type { RepositorySubject } from "./write-check.ts";

/** Such a pull request gets check and comment; an issue only comes with the merge. */
export async function isForeign(
  parts: JobParts,
  { repository, installationId }: RepositorySubject,
  pull: PullRow,
): Promise<boolean> {
  if (!pull.is_fork) return false;
  const author = pull.author_id === null ? undefined : await findPerson(parts.db, pull.author_id);
  if (author === undefined) return true;
  const octokit = parts.github.installation(installationId);
  const name = { owner: repository.owner, repo: repository.name };
  return !(await hasWriteAccess(octokit, name, author.login));
}
