/** Who does something on this GitHub, with what they may do. */
import type { Parts } from "../parts.ts";
import { ApiError } from "../rest/api-error.ts";
import type { Account, Repository, RepositoryRole } from "../state.ts";

/** Everything below `act/` happens in somebody's name, and is told to the App as theirs. */
export interface Acting {
  readonly actor: Account;
  readonly parts: Parts;
}

const ROLES: readonly RepositoryRole[] = ["read", "triage", "write", "maintain", "admin"];

/** What somebody may do in a repository; everybody reads a public one. */
export function findRole(account: Account, repository: Repository): RepositoryRole | undefined {
  if (account === repository.owner) return "admin";
  return repository.roles.get(account.login) ?? (repository.private ? undefined : "read");
}

export function hasRole(account: Account, repository: Repository, least: RepositoryRole): boolean {
  const role = findRole(account, repository);
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** Throws GitHub's 403 for a person below that role; an App's permissions are the gate's matter. */
export function checkRole({ actor }: Acting, repository: Repository, least: RepositoryRole): void {
  if (actor.type === "Bot" || hasRole(actor, repository, least)) return;
  throw new ApiError(403, `${actor.login} must have ${least} rights to Repository.`);
}

/** Throws GitHub's 403 where the repository may only be read. */
export function checkWritable(repository: Repository): void {
  if (repository.archived) throw new ApiError(403, "Repository was archived so is read-only.");
}
