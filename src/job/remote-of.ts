/** Where git finds a repository, and how it signs in there. */
import type { GitRemote } from "../source/git-settings.ts";
import type { JobParts } from "./parts.ts";
import type { RepositorySubject } from "./write-check.ts";

export function remoteOf(
  parts: Pick<JobParts, "github">,
  { repository, installationId }: RepositorySubject,
): GitRemote {
  return {
    url: `${parts.github.webUrl}/${repository.owner}/${repository.name}.git`,
    authorization: () => parts.github.gitAuthorization(installationId),
  };
}
