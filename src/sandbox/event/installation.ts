/** Builds the payloads that tell which repositories the App has. */
import { accountJson } from "../json/account.ts";
import { installationJson } from "../json/app.ts";
import { repositoryNameJson } from "../json/repository.ts";
import type { Parts } from "../parts.ts";
import type { Repository } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";

export type InstallationAction = "created" | "deleted" | "suspend" | "unsuspend";

export function installationPayload(action: InstallationAction, parts: Parts): Payload {
  const { identity, state, links } = parts;
  const installed = state.repositories.filter((repository) => repository.installed);
  return {
    action,
    installation: installationJson(identity, state, links),
    repositories: installed.map(repositoryNameJson),
    ...(action === "created" ? { requester: null } : {}),
    sender: accountJson(state.visitor, links),
  };
}

/** One repository that the installation covers from now on, or no longer. */
export function installationRepositoriesPayload(
  action: "added" | "removed",
  repository: Repository,
  { identity, state, links }: Parts,
): Payload {
  const names = [repositoryNameJson(repository)];
  return {
    action,
    installation: installationJson(identity, state, links),
    repository_selection: state.repositories.every(
      ({ installed, owner }) => installed || owner !== state.organisation,
    )
      ? "all"
      : "selected",
    repositories_added: action === "added" ? names : [],
    repositories_removed: action === "removed" ? names : [],
    requester: null,
    sender: accountJson(state.visitor, links),
  };
}
