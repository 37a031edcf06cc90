/** What the organisation's owners do with the App: give it repositories, suspend it, remove it. */
import {
  type InstallationAction,
  installationPayload,
  installationRepositoriesPayload,
} from "../event/installation.ts";
import type { Parts } from "../parts.ts";
import type { Repository } from "../state.ts";

/** The App hears of `removed` while it can reach the repository no more. */
export function setInstalled(repository: Repository, installed: boolean, parts: Parts): void {
  if (repository.installed === installed) return;
  repository.installed = installed;
  const action = installed ? "added" : "removed";
  const payload = installationRepositoriesPayload(action, repository, parts);
  parts.webhooks.deliver("installation_repositories", payload);
  parts.state.changed();
}

/** While suspended, the App gets no other event and every one of its tokens is refused. */
export function setSuspended(suspended: boolean, parts: Parts): void {
  parts.state.suspendedAt = suspended ? parts.now() : null;
  announce(suspended ? "suspend" : "unsuspend", parts);
}

export function uninstallApp(parts: Parts): void {
  announce("deleted", parts);
  for (const repository of parts.state.repositories) repository.installed = false;
}

function announce(action: InstallationAction, parts: Parts): void {
  parts.webhooks.deliver("installation", installationPayload(action, parts));
  parts.state.changed();
}
