/** Offline checks that a key must pass: a checksum, or the structure that is inside it. */
import { toBase62 } from "../lib/base62.ts";
import { crc32 } from "../lib/crc32.ts";
import type { ChecksumName } from "../model/rule.ts";

/** Returns false for a key that its provider can't have issued. */
export function passesChecksum(name: ChecksumName, key: string): boolean {
  return CHECKS[name](key);
}

const CHECKS: Readonly<Record<ChecksumName, (key: string) => boolean>> = {
  "github-crc32": endsInCrc32,
  "npm-crc32": endsInCrc32,
  "jwt-header": hasJwtHeader,
  "pem-body": hasPemBody,
  "pypi-macaroon": isPypiMacaroon,
};

/**
 * The last six characters are the CRC-32, in base62, of the characters between the first `_` and
 * them. Source: github.blog/2021-04-05-behind-githubs-new-authentication-token-formats; the order
 * of the digits was confirmed on published tokens of GitHub and npm.
 */
function endsInCrc32(key: string): boolean {
  const payload = key.slice(key.indexOf("_") + 1, -CRC32_CHARACTERS);
  const checksum = toBase62(crc32(new TextEncoder().encode(payload)), CRC32_CHARACTERS);
  return key.endsWith(checksum);
}

const CRC32_CHARACTERS = 6;

/** RFC 7519: the first part is a JSON object that names an algorithm. */
function hasJwtHeader(key: string): boolean {
  const header = decodeBase64(key.slice(0, key.indexOf(".")));
  try {
    const parsed: unknown = JSON.parse(header ?? "");
    return typeof parsed === "object" && parsed !== null && "alg" in parsed;
  } catch {
    return false;
  }
}

/**
 * Enough base64 between the armour lines to be a key. The structure inside is not parsed: an
 * encrypted or a cut key is a leak too, and what people paste is often cut. Line ends may be
 * escaped and lines may be quoted, as in JSON and source code.
 */
function hasPemBody(key: string): boolean {
  const body = key
    .replace(/-----[^-]*-----/g, "")
    .replace(/^[ \t]*[A-Za-z-]+:[^\n]*$/gm, "")
    .replace(/\\[nrt]|[\s"'`,;+\\]/g, "");
  const isBase64 = /^[A-Za-z0-9/]+={0,2}(?:=[A-Za-z0-9/]{4})?$/.test(body);
  return isBase64 && body.length >= PEM_BODY_MIN && new Set(body).size >= PEM_DISTINCT_MIN;
}

/** The smallest private key, Ed25519 in PKCS #8, takes 48 bytes. */
const PEM_BODY_MIN = 60;
const PEM_DISTINCT_MIN = 20;

/** A version 2 macaroon whose location, its first field, is a PyPI index (pypi.org/help/#apitoken). */
function isPypiMacaroon(key: string): boolean {
  const macaroon = decodeBase64(key.slice(key.indexOf("-") + 1));
  return macaroon !== undefined && PYPI_STARTS.some((start) => macaroon.startsWith(start));
}

const PYPI_STARTS = ["\x02\x01\x08pypi.org\x02", "\x02\x01\x0dtest.pypi.org\x02"];

/** Standard or URL-safe alphabet, with or without padding; undefined for anything else. */
function decodeBase64(text: string): string | undefined {
  try {
    return atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return undefined;
  }
}
