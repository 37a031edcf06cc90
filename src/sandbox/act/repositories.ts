/** What people do with whole repositories: make, fork, rename, publish, archive, delete. */
import { type RepositoryAction, repositoryPayload } from "../event/repository.ts";
import { git } from "../git/git.ts";
import { accountJson } from "../json/account.ts";
import { fullName } from "../links.ts";
import type { Parts } from "../parts.ts";
import { ApiError, validationFailed } from "../rest/api-error.ts";
import { type Account, findRepository, GUEST_LOGIN, type Repository } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";
import { type Acting, checkRole } from "./acting.ts";
import { findBranch } from "./pulls.ts";

export interface NewRepository {
  readonly name: string;
  readonly private: boolean;
}

/** An empty one of the organisation's, on which the App is installed. Sends no event. */
export function addRepository(wanted: NewRepository, parts: Parts): Promise<Repository> {
  const { organisation, visitor } = parts.state;
  const roles: Repository["roles"] = new Map([
    [visitor.login, "admin"],
    [GUEST_LOGIN, "read"],
  ]);
  return store({ ...wanted, owner: organisation, roles, source: null, installed: true }, parts);
}

/** A copy under the actor's own name, which the App's installation does not cover. */
export async function forkRepository(source: Repository, acting: Acting): Promise<Repository> {
  checkRole(acting, source, "read");
  const { actor: owner, parts } = acting;
  const known = findRepository(parts.state, owner.login, source.name);
  if (known !== undefined) return known;
  const { name, private: isPrivate, defaultBranch } = source;
  const roles: Repository["roles"] = new Map([[owner.login, "admin"]]);
  const wanted = { name, private: isPrivate, owner, roles, source, installed: false };
  return await store({ ...wanted, defaultBranch }, parts);
}

/** Whoever asks for the old name is led to the new one. */
export function renameRepository(repository: Repository, name: string, acting: Acting): void {
  checkRole(acting, repository, "admin");
  checkName(repository.owner, name, acting.parts);
  const from = repository.name;
  rememberName(repository, acting.parts);
  repository.name = name;
  announce(repository, "renamed", acting, { repository: { name: { from } } });
}

export interface Transfer {
  readonly to: Account;
  /** Whether the App is installed on the new owner's side as well. */
  readonly installed: boolean;
}

/** Where the App is not installed, it hears nothing of the repository any more. */
export function transferRepository(
  repository: Repository,
  { to, installed }: Transfer,
  acting: Acting,
): void {
  checkRole(acting, repository, "admin");
  checkName(to, repository.name, acting.parts);
  const { owner } = repository;
  const kind = owner.type === "Organization" ? "organization" : "user";
  rememberName(repository, acting.parts);
  repository.owner = to;
  const from = { [kind]: accountJson(owner, acting.parts.links) };
  announce(repository, "transferred", acting, { owner: { from } });
  repository.installed = installed;
}

/** Two events tell of a publication: `repository`, and `public` of older days. */
export function setVisibility(
  repository: Repository,
  visibility: "public" | "private",
  acting: Acting,
): void {
  checkRole(acting, repository, "admin");
  if (repository.private === (visibility === "private")) return;
  repository.private = visibility === "private";
  announce(repository, repository.private ? "privatized" : "publicized", acting);
  if (repository.private) return;
  const { action: _none, ...payload } = payloadOf(repository, "publicized", acting);
  acting.parts.webhooks.deliver("public", payload);
}

export function setArchived(repository: Repository, archived: boolean, acting: Acting): void {
  checkRole(acting, repository, "admin");
  repository.archived = archived;
  announce(repository, archived ? "archived" : "unarchived", acting);
}

export async function setDefaultBranch(
  repository: Repository,
  branch: string,
  acting: Acting,
): Promise<void> {
  checkRole(acting, repository, "admin");
  const { parts } = acting;
  if ((await findBranch(repository, branch, parts)) === undefined) {
    throw validationFailed({ resource: "Repository", field: "default_branch", code: "invalid" });
  }
  const from = repository.defaultBranch;
  repository.defaultBranch = branch;
  const dir = parts.store.dirOf(repository);
  await git(dir, ["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
  announce(repository, "edited", acting, { default_branch: { from } });
}

/** Everything in it is gone, its commits too; forks stay. */
export async function deleteRepository(repository: Repository, acting: Acting): Promise<void> {
  checkRole(acting, repository, "admin");
  const { state, store, webhooks } = acting.parts;
  const payload = payloadOf(repository, "deleted", acting);
  webhooks.deliver("repository", payload);
  state.repositories.splice(state.repositories.indexOf(repository), 1);
  for (const [name, target] of state.formerNames) {
    if (target === repository) state.formerNames.delete(name);
  }
  state.changed();
  await store.remove(repository);
}

function announce(
  repository: Repository,
  action: RepositoryAction,
  acting: Acting,
  changes?: Payload,
): void {
  const payload = payloadOf(repository, action, acting, changes);
  acting.parts.webhooks.deliver("repository", payload);
  acting.parts.state.changed();
}

function payloadOf(
  repository: Repository,
  action: RepositoryAction,
  { actor, parts }: Acting,
  changes?: Payload,
): Payload {
  const event = { action, repository, sender: actor };
  return repositoryPayload(changes === undefined ? event : { ...event, changes }, parts);
}

function rememberName(repository: Repository, { state }: Parts): void {
  state.formerNames.set(fullName(repository).toLowerCase(), repository);
}

/** The name becomes part of a path, so it may hold only what GitHub allows. */
function checkName(owner: Account, name: string, { state }: Parts): void {
  if (!/^(?!\.{1,2}$)[\w.-]{1,100}$/.test(name) || name.endsWith(".git")) {
    throw new ApiError(
      422,
      `"${name}" is no repository name: use letters, digits, "-", "_" or "."`,
    );
  }
  if (findRepository(state, owner.login, name) !== undefined) {
    throw new ApiError(422, `there is a repository "${name}" already: choose another name`);
  }
}

interface StoredRepository
  extends Pick<Repository, "name" | "private" | "owner" | "roles" | "source" | "installed"> {
  readonly defaultBranch?: string;
}

async function store(wanted: StoredRepository, parts: Parts): Promise<Repository> {
  const { state, now } = parts;
  checkName(wanted.owner, wanted.name, parts);
  const repository: Repository = {
    id: state.nextId(),
    createdAt: now(),
    hasIssues: true,
    archived: false,
    defaultBranch: "main",
    pushedAt: now(),
    issueNumber: 0,
    ...wanted,
  };
  await parts.store.create(repository);
  // The name leads to what bears it now, no longer to what bore it once.
  state.formerNames.delete(fullName(repository).toLowerCase());
  state.repositories.push(repository);
  return repository;
}
