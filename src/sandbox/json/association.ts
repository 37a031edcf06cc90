/** Says what somebody is to a repository, in GitHub's scale. */
import type { Account, Repository, SandboxState } from "../state.ts";

export type Association = "OWNER" | "MEMBER" | "COLLABORATOR" | "CONTRIBUTOR" | "NONE";

/** What GitHub says an App is to a repository is `NONE`, whatever it may do there. */
export function associationOf(
  author: Account,
  repository: Repository,
  state: SandboxState,
): Association {
  if (author.type !== "User") return "NONE";
  if (author === repository.owner) return "OWNER";
  const ofOrganisation = repository.owner === state.organisation;
  if (ofOrganisation && state.members.has(author.login)) return "MEMBER";
  if (repository.roles.has(author.login)) return "COLLABORATOR";
  const contributed = state.pulls.some(
    (pull) => pull.repository === repository && pull.author === author && pull.merge !== null,
  );
  return contributed ? "CONTRIBUTOR" : "NONE";
}
