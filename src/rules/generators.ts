/** Sample keys that need more than a run of random characters: checksums, JSON or DER inside. */
import { toBase62 } from "../lib/base62.ts";
import { crc32 } from "../lib/crc32.ts";
import { drawRun, type RandomSource } from "./draw-run.ts";

type Generator = (argument: string, random: RandomSource) => string;

/** By the name a placeholder uses; the argument is what stands behind its colon. */
export const GENERATORS: ReadonlyMap<string, Generator> = new Map<string, Generator>([
  ["github_token", (prefix, random) => prefix + checksummed(random)],
  ["npm_token", (_, random) => `npm_${checksummed(random)}`],
  ["pypi_token", (_, random) => pypiToken(random)],
  ["jwt", (_, random) => jwt(random)],
  ["pem", pem],
]);

/**
 * 30 random characters and their CRC-32 in base62, as GitHub describes it
 * (github.blog/2021-04-05-behind-githubs-new-authentication-token-formats); npm does the same.
 */
function checksummed(random: RandomSource): string {
  const payload = drawRun(BASE62, 30, random);
  return payload + toBase62(crc32(new TextEncoder().encode(payload)), 6);
}

const BASE62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A macaroon, version 2: location, identifier, one caveat, signature. */
function pypiToken(random: RandomSource): string {
  const identifier = drawBytes(36, random);
  const caveat = drawBytes(44, random);
  const signature = drawBytes(32, random);
  const macaroon = [
    ...[2, 1, 8, ...ascii("pypi.org"), 2, identifier.length, ...identifier, 0],
    ...[2, caveat.length, ...caveat, 0, 0, 6, signature.length, ...signature],
  ];
  return `pypi-${base64url(macaroon)}`;
}

function jwt(random: RandomSource): string {
  const header = { alg: "HS256", typ: "JWT" };
  const payload = { sub: drawRun("0123456789", 9, random), scope: drawRun(BASE62, 12, random) };
  const [first, second] = [header, payload].map((part) => base64url(ascii(JSON.stringify(part))));
  return `${first}.${second}.${base64url(drawBytes(32, random))}`;
}

/** PEM armour around a body that starts as the real structure does; the argument is the label. */
function pem(label: string, random: RandomSource): string {
  const start = PEM_STARTS.get(label);
  if (start === undefined) {
    throw new Error(`unknown PEM label "${label}": known are ${[...PEM_STARTS.keys()].join(", ")}`);
  }
  const body = base64([...start.bytes, ...drawBytes(start.size - start.bytes.length, random)]);
  const title = `${label === "" ? "" : `${label} `}PRIVATE KEY`;
  const lines = body.match(/.{1,64}/g) ?? [];
  return [`${DASHES}BEGIN ${title}${DASHES}`, ...lines, `${DASHES}END ${title}${DASHES}`].join(
    "\n",
  );
}

/** Built at run time, so that this file holds no armour line itself. */
const DASHES = "-".repeat(5);

/** First bytes and size in bytes of each structure (RFC 8017, 5915, 5208, 5958; PROTOCOL.key of OpenSSH). */
const PEM_STARTS: ReadonlyMap<string, { bytes: readonly number[]; size: number }> = new Map([
  ["RSA", { bytes: [0x30, 0x82, 0x04, 0xa4, 2, 1, 0, 2, 0x82, 1, 1, 0], size: 1192 }],
  ["DSA", { bytes: [0x30, 0x82, 0x01, 0xbb, 2, 1, 0, 2, 0x81, 0x81, 0], size: 447 }],
  ["EC", { bytes: [0x30, 0x77, 2, 1, 1, 4, 0x20], size: 121 }],
  [
    "",
    {
      bytes: [
        ...[0x30, 0x82, 0x04, 0xbe, 2, 1, 0, 0x30, 0x0d, 6, 9],
        ...[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0],
      ],
      size: 1218,
    },
  ],
  ["ENCRYPTED", { bytes: [0x30, 0x82, 0x05, 0x2d, 0x30, 0x57, 6, 9], size: 1329 }],
  [
    "OPENSSH",
    {
      bytes: [
        ...[...ascii("openssh-key-v1"), 0, 0, 0, 0, 4, ...ascii("none")],
        ...[0, 0, 0, 4, ...ascii("none"), 0, 0, 0, 0, 0, 0, 0, 1],
      ],
      size: 276,
    },
  ],
]);

function drawBytes(count: number, random: RandomSource): number[] {
  return Array.from({ length: count }, () => Math.floor(random() * 256));
}

function ascii(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

function base64(bytes: readonly number[]): string {
  return btoa(String.fromCharCode(...bytes));
}

function base64url(bytes: readonly number[]): string {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
