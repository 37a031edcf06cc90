/** Keys made at run time, so that no file of this repository holds anything key-shaped. */
import { expand } from "../../src/rules/expand.ts";
import { seededRandom } from "../../src/lib/seeded-random.ts";

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
