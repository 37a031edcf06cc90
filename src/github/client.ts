/** Octokit for the App and for each installation: addresses, sign-in, deadlines, reduced errors. */
import { createAppAuth } from "@octokit/auth-app";
import { retry } from "@octokit/plugin-retry";
import { Octokit } from "@octokit/rest";
import type { GitHubAddresses } from "../config/addresses.ts";
import type { Credentials } from "../config/parse-settings.ts";
import { createLruMap } from "../lib/lru-map.ts";
import type { InstallationId } from "../model/ids.ts";
import { heldBack, reduceFailure } from "./failure.ts";

export interface GitHub {
  readonly webUrl: string;
  /** Signed in as the App itself. */
  readonly app: Octokit;
  /** Signed in as one installation; every request that fails throws a GitHubError. */
  installation(id: InstallationId): Octokit;
  /** The Authorization header with which git reads an installation's repositories. */
  gitAuthorization(id: InstallationId): Promise<string>;
}

/** What is told of requests, and asked before them. */
export interface GitHubHooks {
  /**
   * Takes room for a request that changes something. @returns 0, or the milliseconds to wait when
   * there is none. Requests that the HTTP client repeats are not asked for again.
   */
  readonly spend?: (id: InstallationId, kind: "content" | "write") => Promise<number>;
  /** Hears of each answer; of none as 0. */
  readonly answered?: (status: number) => void;
}

const REQUEST_TIMEOUT_MS = 20_000;
const RETRIES_MAX = 2;
/** Statuses that a quick retry cannot mend. 429 is among them: the job waits as long as GitHub asks. */
const NOT_RETRIED = [400, 401, 403, 404, 410, 422, 429, 451];
/** What people get told of when it is created; GitHub counts it apart from other changes. */
const CONTENT_URL = /\/(?:issues|comments|pulls|reviews)$/;
const CLIENTS_MAX = 1_000;
const API_VERSION = "2022-11-28";

const RetryingOctokit = Octokit.plugin(retry);

export function createGitHub(
  credentials: Credentials,
  addresses: GitHubAddresses,
  hooks: GitHubHooks = {},
): GitHub {
  const common = {
    baseUrl: addresses.apiUrl,
    userAgent: "rekeeper",
    authStrategy: createAppAuth,
    request: { fetch: fetchTelling(hooks) },
    // Not as `request.retries`: that would have the plugin retry these statuses as well, at once.
    retry: { retries: RETRIES_MAX, doNotRetry: NOT_RETRIED },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  };
  const appAuth = { appId: credentials.appId, privateKey: credentials.privateKey };
  const create = (auth: object) => withReducedErrors(new RetryingOctokit({ ...common, auth }));
  const clients = createLruMap<InstallationId, Octokit>(CLIENTS_MAX);
  const installation = (id: InstallationId): Octokit => {
    const known = clients.find(id);
    if (known !== undefined) return known;
    const made = create({ ...appAuth, installationId: id });
    limitSpending(made, id, hooks);
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
  return method === "POST" && !isSignIn(url);
}

function isSignIn(url: string): boolean {
  return url.endsWith("/access_tokens");
}

/** Each request has a deadline, and its answer is told of. */
function fetchTelling({ answered }: GitHubHooks): typeof fetch {
  return async (url, options) => {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    try {
      const response = await fetch(url, { ...options, signal });
      answered?.(response.status);
      return response;
    } catch (cause) {
      answered?.(0);
      throw cause;
    }
  };
}

/** Holds back what GitHub would refuse: it counts, and bans an App that goes on regardless. */
function limitSpending(octokit: Octokit, id: InstallationId, { spend }: GitHubHooks): void {
  if (spend === undefined) return;
  octokit.hook.before("request", async ({ method, url }) => {
    if (method === "GET" || method === "HEAD" || isSignIn(url)) return;
    const kind = method === "POST" && CONTENT_URL.test(url) ? "content" : "write";
    const waitMs = await spend(id, kind);
    if (waitMs > 0) throw heldBack(`${method} ${url}`, waitMs);
  });
}
