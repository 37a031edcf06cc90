/** The pepper of scans without a service: it lies in the configuration folder of the user. */
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { SettingsError } from "../../config/parse-settings.ts";
import { readPepper } from "../../config/pepper.ts";
import { deriveKey } from "../../lib/hmac.ts";

/** Unrelated to the keys that a service derives for its accounts, even of the same pepper. */
const PURPOSE = "rekeeper command line";
const PEPPER_LENGTH_MIN = 32;

export interface ScanIdentity {
  readonly fingerprintKey: Uint8Array;
  /** True when no pepper could be kept: fingerprints are of use within this scan only. */
  readonly isPassing: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The key that fingerprints are made with: of `REKEEPER_PEPPER`, so that several machines may
 * share a baseline, else of a file that the first scan makes. A machine that lets us write none
 * can be scanned all the same.
 *
 * @throws SettingsError when the given pepper is too short, or the kept one is damaged.
 */
export function openIdentity(environment: Environment): ScanIdentity {
  const given = environment["REKEEPER_PEPPER"]?.trim();
  if (given !== undefined && given !== "") {
    if (given.length < PEPPER_LENGTH_MIN) {
      throw new SettingsError([
        `REKEEPER_PEPPER must have at least ${PEPPER_LENGTH_MIN} characters.`,
      ]);
    }
    return { fingerprintKey: deriveKey(given, PURPOSE), isPassing: false };
  }
  const folder = configFolder(environment);
  if (!tryMakeFolder(folder)) {
    return { fingerprintKey: deriveKey(randomBytes(32).toString("hex"), PURPOSE), isPassing: true };
  }
  return { fingerprintKey: deriveKey(readPepper(undefined, folder), PURPOSE), isPassing: false };
}

/** By the XDG base directory specification. */
function configFolder(environment: Environment): string {
  const base = environment["XDG_CONFIG_HOME"]?.trim();
  return join(base || join(homedir(), ".config"), "rekeeper");
}

function tryMakeFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return true;
  } catch {
    return false;
  }
}
