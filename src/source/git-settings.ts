/** What the operator decides about git commands: folders, network, limits. */
import type { Launch } from "./git-process.ts";

export interface GitSettings {
  /** Absolute path; holds `<repositoryId>.git` caches and `job-*` folders, all of mode 0700. */
  readonly cacheDir: string;
  readonly environment: GitEnvironmentSettings;
  readonly limits: GitLimits;
  /** What starts git; this process itself when absent. */
  readonly launch?: Launch;
}

/** The only parts of the process's own environment that reach git. */
interface GitEnvironmentSettings {
  /** `PATH`, where git is looked for. */
  readonly path: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
  /** PEM file of certificate authorities; curl uses it in place of the system's own. */
  readonly certificatesFile?: string;
}

export interface GitLimits {
  /** Time for one fetch, and for one repack. */
  readonly fetchMs: number;
  /** Time that we wait for one local command; the time its reader takes does not count. */
  readonly commandMs: number;
  /** Output of one local command that lists objects, commits or paths. */
  readonly outputBytesMax: number;
  /** Growth of the folder that one fetch writes into. */
  readonly packBytesMax: number;
  /** Blobs of one range; each costs about 100 bytes of memory. */
  readonly objectsMax: number;
  /** Packs in a cache before they are made one. */
  readonly packsMax: number;
  /** Our own refs in a cache, before the oldest are deleted. */
  readonly refsMax: number;
}

export const DEFAULT_GIT_LIMITS: GitLimits = {
  fetchMs: 600_000,
  commandMs: 300_000,
  outputBytesMax: 2 ** 31,
  packBytesMax: 2 ** 31,
  objectsMax: 1_000_000,
  packsMax: 50,
  refsMax: 2_000,
};

/** Where objects come from. */
export interface GitRemote {
  /** `http:` or `https:`, without user or password. */
  readonly url: string;
  /** The value of an HTTP `Authorization` header; asked before each fetch, since tokens expire. */
  readonly authorization: () => Promise<string | undefined>;
}
