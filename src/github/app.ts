/** How the App is registered on GitHub, and who installed it. */
import type { Octokit } from "@octokit/rest";
import type { InstallationId } from "../model/ids.ts";

export interface AppRegistration {
  readonly slug: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  /** What the server's clock said; undefined where it did not. */
  readonly serverTime: Date | undefined;
}

/** Asked as the App itself; a GitHubError of status 401 or 404 means that id and key do not fit. */
export async function getAppRegistration(app: Octokit): Promise<AppRegistration> {
  const { data, headers } = await app.rest.apps.getAuthenticated();
  const serverTime = new Date(String(headers.date));
  return {
    slug: data?.slug ?? "",
    permissions: stringsOf(data?.permissions),
    events: data?.events ?? [],
    serverTime: Number.isNaN(serverTime.getTime()) ? undefined : serverTime,
  };
}

export interface WebhookSetup {
  /** Empty where none is set. */
  readonly url: string;
  readonly hasSecret: boolean;
  readonly isCertificateChecked: boolean;
  readonly contentType: string;
}

export async function getWebhookSetup(app: Octokit): Promise<WebhookSetup> {
  const { data } = await app.rest.apps.getWebhookConfigForApp();
  return {
    url: data.url ?? "",
    hasSecret: data.secret !== undefined && data.secret !== "",
    isCertificateChecked: String(data.insecure_ssl ?? "0") === "0",
    contentType: data.content_type ?? "",
  };
}

export interface InstalledAccount {
  readonly id: InstallationId;
  readonly login: string;
  readonly isSuspended: boolean;
  /** Those that the account has approved; fewer than the App asks for after it was given more. */
  readonly permissions: Readonly<Record<string, string>>;
}

const PER_PAGE = 100;
const PAGES_MAX = 10;

/** At most 1,000. */
export async function listInstalledAccounts(app: Octokit): Promise<readonly InstalledAccount[]> {
  const accounts: InstalledAccount[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { data } = await app.rest.apps.listInstallations({ per_page: PER_PAGE, page });
    for (const { id, account, suspended_at, permissions } of data) {
      accounts.push({
        id: id as InstallationId,
        login: loginOf(account),
        isSuspended: suspended_at !== null && suspended_at !== undefined,
        permissions: stringsOf(permissions),
      });
    }
    if (data.length < PER_PAGE) break;
  }
  return accounts;
}

/** An enterprise has a slug, all others a login. */
function loginOf(account: object | null): string {
  const { login, slug } = (account ?? {}) as { readonly login?: string; readonly slug?: string };
  return login ?? slug ?? "";
}

function stringsOf(record: object | null | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record ?? {}).map(([name, level]) => [name, String(level)]),
  );
}
