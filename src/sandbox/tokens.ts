/** Issues the tokens by which an installation reads or writes. */
import { randomBytes } from "node:crypto";
import type { AppIdentity, Permissions } from "./identity.ts";
import { LIMITS } from "./limits.ts";
import type { Repository } from "./state.ts";

/** Tokens kept; a client that asks for one per request would otherwise grow the list for ever. */
const TOKENS_MAX = 1_000;

export interface InstallationToken {
  readonly text: string;
  readonly expiresAt: Date;
  readonly permissions: Permissions;
  /** Ids of the only repositories it opens, or undefined for all of the installation. */
  readonly repositoryIds: ReadonlySet<number> | undefined;
}

export interface Tokens {
  issue(scope: Pick<InstallationToken, "permissions" | "repositoryIds">): InstallationToken;
  /** The token with this text that has neither expired nor been revoked. */
  find(text: string): InstallationToken | undefined;
  revoke(text: string): void;
}

export function createTokens(identity: AppIdentity, now: () => Date): Tokens {
  const byText = new Map<string, InstallationToken>();
  return {
    issue(scope) {
      const expiresAt = new Date(now().getTime() + LIMITS.tokenLifeMs);
      const token = { ...scope, text: makeText(identity.appId, expiresAt), expiresAt };
      byText.set(token.text, token);
      const oldest = byText.keys().next().value;
      if (byText.size > TOKENS_MAX && oldest !== undefined) byText.delete(oldest);
      return token;
    },
    find(text) {
      const token = byText.get(text);
      return token !== undefined && token.expiresAt > now() ? token : undefined;
    },
    revoke(text) {
      byText.delete(text);
    },
  };
}

export function opensRepository(token: InstallationToken, repository: Repository): boolean {
  return repository.installed && (token.repositoryIds?.has(repository.id) ?? true);
}

/**
 * `ghs_APPID_` with a JSON web token behind it, the form GitHub issues since April 2026: some five
 * hundred characters with dots, so that nobody comes to rely on the forty of old.
 */
function makeText(appId: number, expiresAt: Date): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    exp: Math.floor(expiresAt.getTime() / 1000),
    jti: randomBytes(96).toString("hex"),
  };
  const signature = randomBytes(128).toString("base64url");
  return `${"ghs"}_${appId}_${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.${signature}`;
}
