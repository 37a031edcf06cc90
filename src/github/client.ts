/** Octokit for the App and for each installation: addresses, sign-in, deadlines, reduced errors. */
import { createAppAuth } from "@octokit/auth-app";
import { retry } from "@octokit/plugin-retry";
import { Octokit } from "@octokit/rest";
import type { GitHubAddresses } from "../config/addresses.ts";
import type { Credentials } from "../config/parse-settings.ts";
import type { InstallationId } from "../model/ids.ts";
import { reduceFailure } from "./failure.ts";

export interface GitHub {
  readonly webUrl: string;
  /** Signed in as the App itself. */
  readonly app: Octokit;
  /** Signed in as one installation; every request that fails throws a GitHubError. */
  installation(id: InstallationId): Octokit;
  /** The Authorization header with which git reads an installation's repositories. */
  gitAuthorization(id: InstallationId): Promise<string>;
}

const REQUEST_TIMEOUT_MS = 20_000;
const RETRIES_MAX = 2;
/** Statuses that a quick retry cannot mend. 429 is among them: the job waits as long as GitHub asks. */
const NOT_RETRIED = [400, 401, 403, 404, 410, 422, 429, 451];
const CLIENTS_MAX = 1_000;
const API_VERSION = "2022-11-28";

const RetryingOctokit = Octokit.plugin(retry);

export function createGitHub(credentials: Credentials, addresses: GitHubAddresses): GitHub {
  const common = {
    baseUrl: addresses.apiUrl,
    userAgent: "rekeeper",
    authStrategy: createAppAuth,
    request: { fetch: fetchWithDeadline },
    // Not as `request.retries`: that would have the plugin retry these statuses as well, at once.
    retry: { retries: RETRIES_MAX, doNotRetry: NOT_RETRIED },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  };
  const appAuth = { appId: credentials.appId, privateKey: credentials.privateKey };
  const create = (auth: object) => withReducedErrors(new RetryingOctokit({ ...common, auth }));
  const clients = new Map<InstallationId, Octokit>();
  const installation = (id: InstallationId): Octokit => {
    const known = clients.get(id);
    if (known !== undefined) return known;
    const oldest = clients.keys().next();
    if (clients.size >= CLIENTS_MAX && !oldest.done) clients.delete(oldest.value);
    const made = create({ ...appAuth, installationId: id });
    clients.set(id, made);
    return made;
  };
  return {
    webUrl: addresses.webUrl,
    app: create(appAuth),
    installation,
    async gitAuthorization(id) {
      const { token } = (await installation(id).auth({ type: "installation" })) as {
        token: string;
      };
      return `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
    },
  };
}

function withReducedErrors(octokit: Octokit): Octokit {
  octokit.hook.before("request", (options) => {
    options.headers["x-github-api-version"] = API_VERSION;
    if (isCreation(options)) options.request = { ...options.request, retries: 0 };
  });
  octokit.hook.wrap("request", async (request, options) => {
    try {
      return await request(options);
    } catch (cause) {
      throw reduceFailure(cause, `${options.method} ${options.url}`, Date.now());
    }
  });
  return octokit;
}

/**
 * A creation whose answer was lost may have happened, and sending it again would make a second
 * issue or check. Its job is tried again instead, which asks GitHub for the first one before.
 */
function isCreation({ method, url }: { readonly method: string; readonly url: string }): boolean {
  return method === "POST" && !url.endsWith("/access_tokens");
}

async function fetchWithDeadline(
  url: string | URL | Request,
  options?: RequestInit,
): Promise<Response> {
  return await fetch(url, { ...options, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
}
