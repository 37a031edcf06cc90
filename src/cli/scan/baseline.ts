/** The keys that are known and not to be reported again: a file of fingerprints, never of keys. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { hmacHex } from "../../lib/hmac.ts";
import type { Fingerprint } from "../../model/ids.ts";
import { UsageError } from "../usage-error.ts";

/** Rises when the form changes: a file of another version is refused, not guessed at. */
const VERSION = 1;
interface Baseline {
  readonly version: number;
  /** Tells whether the fingerprints were made with the pepper that is in use now. */
  readonly pepperCheck: string;
  readonly keys: readonly Fingerprint[];
}

/**
 * The fingerprints in a baseline.
 *
 * @throws UsageError when there is no such file, it is none, or it was made with another pepper.
 */
export function readBaseline(path: string, fingerprintKey: Uint8Array): ReadonlySet<Fingerprint> {
  const baseline = readJson(path);
  if (!isBaseline(baseline)) {
    throw new UsageError(
      `${path} is no baseline that this version reads: write it anew with --write-baseline.`,
    );
  }
  if (baseline.pepperCheck !== checkValue(fingerprintKey)) {
    throw new UsageError(
      `${path} was made with another pepper, so none of its keys can be recognised: set REKEEPER_PEPPER to the one that it was made with, or write it anew with --write-baseline.`,
    );
  }
  return new Set(baseline.keys);
}

/** Replaces the file as a whole. @throws UsageError when it cannot be written. */
export function writeBaseline(
  path: string,
  fingerprintKey: Uint8Array,
  keys: Iterable<Fingerprint>,
): void {
  const baseline: Baseline = {
    version: VERSION,
    pepperCheck: checkValue(fingerprintKey),
    keys: [...new Set(keys)].toSorted(),
  };
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, `${JSON.stringify(baseline, undefined, 2)}\n`);
    renameSync(draft, path);
  } catch {
    throw new UsageError(`${path} cannot be written: check the folder and its permissions.`);
  }
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new UsageError(`${path} cannot be read: make it with --write-baseline.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By hand: a schema library takes longer to load than a hook to run. */
function isBaseline(value: unknown): value is Baseline {
  if (typeof value !== "object" || value === null) return false;
  const { version, pepperCheck, keys } = value as Readonly<Record<keyof Baseline, unknown>>;
  return version === VERSION && isHash(pepperCheck) && Array.isArray(keys) && keys.every(isHash);
}

function isHash(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function checkValue(fingerprintKey: Uint8Array): string {
  return hmacHex(fingerprintKey, "baseline");
}
