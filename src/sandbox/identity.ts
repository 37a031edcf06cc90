/** The App as this stand-in GitHub knows it: made anew at each start. */
import { generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { AppManifest } from "../config/app-manifest.ts";

export type PermissionLevel = "read" | "write";
export type Permissions = Readonly<Record<string, PermissionLevel>>;

export interface AppIdentity {
  readonly appId: number;
  readonly slug: string;
  readonly name: string;
  readonly installationId: number;
  readonly createdAt: Date;
  /** PKCS #1 PEM, as GitHub hands it out. */
  readonly privateKey: string;
  readonly publicKey: string;
  /** Signs the webhooks. */
  readonly webhookSecret: string;
  /** What the organisation granted. */
  readonly permissions: Permissions;
  readonly events: readonly string[];
}

const SLUG = "rekeeper-sandbox";
/** The login under which the App writes. */
export const BOT_LOGIN: string = `${SLUG}[bot]`;

export async function createIdentity(
  installationId: number,
  manifest: AppManifest,
  now: Date,
): Promise<AppIdentity> {
  const pair = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return {
    appId: 1,
    slug: SLUG,
    name: "Rekeeper (sandbox)",
    installationId,
    createdAt: now,
    privateKey: pair.privateKey,
    publicKey: pair.publicKey,
    webhookSecret: randomBytes(32).toString("hex"),
    permissions: manifest.permissions,
    events: manifest.events,
  };
}
