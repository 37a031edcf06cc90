/** Shapes the App with its installation as GitHub's API does. */
import type { RestEndpointMethodTypes } from "@octokit/rest";
import type { AppIdentity } from "../identity.ts";
import { type Links, nodeId } from "../links.ts";
import type { SandboxState } from "../state.ts";
import { accountJson } from "./account.ts";
import { timeJson, timeOrNullJson } from "./time.ts";

export type AppJson = NonNullable<
  RestEndpointMethodTypes["apps"]["getAuthenticated"]["response"]["data"]
>;
export type InstallationJson =
  RestEndpointMethodTypes["apps"]["getInstallation"]["response"]["data"];

export function appJson(identity: AppIdentity, state: SandboxState, links: Links): AppJson {
  return {
    id: identity.appId,
    slug: identity.slug,
    node_id: nodeId("Integration", identity.appId),
    owner: accountJson(state.organisation, links),
    name: identity.name,
    description: "",
    external_url: links.web("/"),
    html_url: links.web(`/apps/${identity.slug}`),
    created_at: timeJson(identity.createdAt),
    updated_at: timeJson(identity.createdAt),
    permissions: { ...identity.permissions },
    events: [...identity.events],
  };
}

export function installationJson(
  identity: AppIdentity,
  state: SandboxState,
  links: Links,
): InstallationJson {
  const id = identity.installationId;
  return {
    id,
    account: accountJson(state.organisation, links),
    repository_selection: "all",
    access_tokens_url: links.api(`/app/installations/${id}/access_tokens`),
    repositories_url: links.api("/installation/repositories"),
    html_url: links.web(`/organizations/${state.organisation.login}/settings/installations/${id}`),
    app_id: identity.appId,
    app_slug: identity.slug,
    target_id: state.organisation.id,
    target_type: "Organization",
    permissions: { ...identity.permissions },
    events: [...identity.events],
    created_at: timeJson(identity.createdAt),
    updated_at: timeJson(identity.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: state.suspendedAt === null ? null : accountJson(state.visitor, links),
    suspended_at: timeOrNullJson(state.suspendedAt),
  };
}
