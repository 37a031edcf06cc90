/** Turns what detection found, in clear, into what may be kept: a fingerprint and a mask. */
import type { Finding, RawFinding } from "../model/finding.ts";
import type { Fingerprint } from "../model/ids.ts";

/**
 * @param hmac HMAC-SHA-256, in hex, under the key that belongs to the account the text is from:
 *   the same key in another organisation has an unrelated fingerprint.
 */
export function toFinding(raw: RawFinding, hmac: (text: string) => string): Finding {
  const masked = raw.key.masked;
  return {
    rule: raw.rule,
    fingerprint: hmac(normalise(raw.key.reveal())) as Fingerprint,
    masked: raw.companion === undefined ? masked : `${raw.companion.masked} / ${masked}`,
    place: raw.place,
    ...(raw.inside === undefined ? {} : { inside: raw.inside }),
  };
}

/**
 * The value alone: of a PEM block its body without what formats put between its lines. The same
 * private key has one identity in a file, in a JSON string and in lines that a program joins.
 */
function normalise(text: string): string {
  const body = /-----BEGIN [A-Z0-9 ]+-----([\s\S]+?)-----END/.exec(text)?.[1];
  return body === undefined ? text : body.replace(BETWEEN_LINES, "");
}

/** Escaped line breaks (escaped again in JSON within JSON), quotes with what joins them, white space. */
const BETWEEN_LINES = /\\+[nrt]|["'`]\s*[+.,]?\s*["'`]|[\s"'`,;\\]/g;
