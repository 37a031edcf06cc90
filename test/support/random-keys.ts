/** Keys made at run time, so that no file of this repository holds anything key-shaped. */
import { generateKeyPairSync } from "node:crypto";
import { seededRandom } from "../../src/lib/seeded-random.ts";
import { expand } from "../../src/rules/expand.ts";

export interface AwsPair {
  readonly id: string;
  readonly secret: string;
  /** Both as an ini file has them. */
  readonly ini: string;
}

/** @param seed the same seed gives the same key. */
export function awsPair(seed: string): AwsPair {
  const random = seededRandom(`aws ${seed}`);
  const id = expand("AKIA{{base32:16}}", random);
  const secret = expand("{{base64:40}}", random);
  return { id, secret, ini: `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n` };
}

/** A GitHub token with a right checksum. */
export function githubToken(seed: string): string {
  return expand("{{github_token:ghp_}}", seededRandom(`github ${seed}`));
}

/** A value that looks like a key of no known provider. */
export function genericSecret(seed: string): string {
  return expand("{{alnum:32}}", seededRandom(`generic ${seed}`));
}

/** A private key in PEM armour: lines of base64 between the armour lines. */
export function pemKey(seed: string): string {
  return expand("{{pem:RSA}}", seededRandom(`pem ${seed}`));
}

export interface DatabaseAddress {
  readonly password: string;
  readonly url: string;
}

export function databaseAddress(seed: string): DatabaseAddress {
  const password = expand("{{alnum:24}}", seededRandom(`database ${seed}`));
  return { password, url: `postgres://octo:${password}@db.octo.dev:5432/app` };
}

/** An App's private key as GitHub hands it out; a new one each time. */
export function appPrivateKey(): string {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
}
