/** Verifies the JSON web token by which the App proves who it is. */
import { verify } from "node:crypto";
import type { AppIdentity } from "./identity.ts";
import { ApiError } from "./rest/api-error.ts";

const LIFE_S_MAX = 600;
const CLOCK_SKEW_S_MAX = 60;

/** Throws the 401 that GitHub answers, in its words: clients decide by them. */
export function checkAppJwt(token: string, identity: AppIdentity, now: Date): void {
  const [head, body, signature, ...rest] = token.split(".");
  if (!head || !body || !signature || rest.length > 0) throw undecodable();
  if (readJson(head)["alg"] !== "RS256") throw undecodable();
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify("RSA-SHA256", signed, identity.publicKey, Buffer.from(signature, "base64url"))) {
    throw undecodable();
  }
  checkClaims(readJson(body), identity, Math.floor(now.getTime() / 1000));
}

function checkClaims(claims: Record<string, unknown>, identity: AppIdentity, nowS: number): void {
  const { exp, iat, iss } = claims;
  if (typeof exp !== "number" || exp <= nowS) {
    throw unauthorized(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > nowS + LIFE_S_MAX) {
    throw unauthorized("'Expiration time' claim ('exp') is too far in the future");
  }
  if (typeof iat !== "number" || iat > nowS + CLOCK_SKEW_S_MAX) {
    throw unauthorized(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  if (String(iss) !== String(identity.appId)) throw new ApiError(404, "Integration not found");
}

function readJson(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    throw undecodable();
  }
  throw undecodable();
}

function undecodable(): ApiError {
  return unauthorized("A JSON web token could not be decoded");
}

function unauthorized(message: string): ApiError {
  return new ApiError(401, message);
}
