/** Where a GitHub answers: github.com, a data-residency account, or a GitHub Enterprise Server. */
import type { RawSettings } from "./settings.ts";

export interface GitHubAddresses {
  /** REST base without a trailing slash: `https://api.github.com`. */
  readonly apiUrl: string;
  /** Web and git base without a trailing slash: `https://github.com`. */
  readonly webUrl: string;
}

/** What GitHub Enterprise Server puts its REST API below (docs.github.com, "Getting started with the REST API"). */
const SERVER_API_PATH = "/api/v3";
/** A data-residency account has an `api.` host beside its own, as github.com does. */
const DATA_RESIDENCY_HOST = /^[a-z0-9-]+\.ghe\.com$/i;

/** Derives the addresses from checked settings; `GITHUB_API_URL` wins over what follows from the host. */
export function addressesOf(raw: RawSettings): GitHubAddresses {
  const given = raw.GITHUB_API_URL?.replace(/\/+$/, "");
  if (raw.GHE_HOST === undefined) {
    const apiUrl = given ?? "https://api.github.com";
    return { apiUrl, webUrl: webUrlOf(apiUrl) };
  }
  const origin = (host: string) => `${raw.GHE_PROTOCOL}://${host}`;
  const webUrl = origin(raw.GHE_HOST);
  const usual = DATA_RESIDENCY_HOST.test(raw.GHE_HOST)
    ? origin(`api.${raw.GHE_HOST}`)
    : `${webUrl}${SERVER_API_PATH}`;
  return { apiUrl: given ?? usual, webUrl };
}

function webUrlOf(apiUrl: string): string {
  if (apiUrl.endsWith(SERVER_API_PATH)) return apiUrl.slice(0, -SERVER_API_PATH.length);
  return apiUrl.replace(/^(https?:\/\/)api\./, "$1");
}
