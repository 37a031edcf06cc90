/** Shapes an account as GitHub's API does. */
import { type Links, nodeId } from "../links.ts";
import type { Account } from "../state.ts";

export interface AccountJson {
  login: string;
  id: number;
  node_id: string;
  avatar_url: string;
  gravatar_id: string;
  url: string;
  html_url: string;
  followers_url: string;
  following_url: string;
  gists_url: string;
  starred_url: string;
  subscriptions_url: string;
  organizations_url: string;
  repos_url: string;
  events_url: string;
  received_events_url: string;
  type: string;
  site_admin: boolean;
}

export function accountJson(account: Account, links: Links): AccountJson {
  const { id, login, type } = account;
  const url = links.api(`/users/${encodeURIComponent(login)}`);
  const bot = type === "Bot";
  return {
    login,
    id,
    node_id: nodeId(type, id),
    avatar_url: links.web(`/avatars/u/${id}`),
    gravatar_id: "",
    url,
    html_url: links.web(bot ? `/apps/${login.replace("[bot]", "")}` : `/${login}`),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
  };
}

/** The short form of an organisation that webhooks carry. */
export function organisationJson(
  account: Account,
  links: Links,
): Readonly<Record<string, unknown>> {
  const url = links.api(`/orgs/${account.login}`);
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type, account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: links.web(`/avatars/u/${account.id}`),
    description: "",
  };
}
