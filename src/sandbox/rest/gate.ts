/** Decides whether a request may reach its endpoint. */
import { checkAppJwt } from "../app-jwt.ts";
import type { Parts } from "../parts.ts";
import { type InstallationToken, opensRepository } from "../tokens.ts";
import { ApiError, badCredentials, notAccessible, notFound } from "./api-error.ts";
import type { Access } from "./route.ts";

/** Of whom a request comes; the kind is also what the rate limit is counted by. */
export type Caller =
  | { readonly kind: "anonymous" }
  | { readonly kind: "app" }
  | { readonly kind: "installation"; readonly token: InstallationToken };

/** Throws 401 for a credential that is wrong, expired or revoked. */
export function identify(authorization: string | undefined, parts: Parts): Caller {
  if (authorization === undefined) return { kind: "anonymous" };
  const [, text] = /^(?:bearer|token) (\S+)$/i.exec(authorization) ?? [];
  if (text === undefined) throw badCredentials();
  const token = parts.tokens.find(text);
  if (token !== undefined && parts.state.suspendedAt !== null) {
    throw new ApiError(403, "This installation has been suspended");
  }
  if (token !== undefined) return { kind: "installation", token };
  // Both kinds of credential have dots, so what was issued as a token is told by its prefix.
  if (text.startsWith("ghs_") || !text.includes(".")) throw badCredentials();
  checkAppJwt(text, parts.identity, parts.now());
  return { kind: "app" };
}

/** Throws the 401, 403 or 404 of a caller that lacks what `access` asks for. */
export function checkAccess(
  access: Access,
  caller: Caller,
  params: Readonly<Record<string, string>>,
  parts: Parts,
): void {
  if (access.kind === "public") return;
  if (access.kind === "app") {
    checkApp(caller);
    return;
  }
  if (caller.kind === "anonymous") throw new ApiError(401, "Requires authentication");
  if (caller.kind === "app") throw notAccessible();
  if (access.kind === "installation") return;
  const repository = parts.getRepository(params["owner"], params["repo"]);
  if (!opensRepository(caller.token, repository)) throw notFound();
  const needs = access.anyOf.map((need) => need.split(":") as [string, "read" | "write"]);
  if (!needs.some(([permission, level]) => hasPermission(caller.token, permission, level))) {
    // GitHub puts a semicolon between alternatives.
    throw notAccessible(needs.map((need) => need.join("=")).join("; "));
  }
  if (repository.archived && needs.every(([, level]) => level === "write")) {
    throw new ApiError(403, "Repository was archived so is read-only.");
  }
}

/** True when the token grants at least `level`; write includes read. */
export function hasPermission(
  token: InstallationToken,
  permission: string,
  level: "read" | "write",
): boolean {
  const granted = token.permissions[permission];
  return granted === "write" || granted === level;
}

function checkApp(caller: Caller): void {
  if (caller.kind !== "app") throw new ApiError(401, "A JSON web token could not be decoded");
}
