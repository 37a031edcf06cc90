/** The environment that makes git obey us alone: no user's, system's or repository's wishes. */
import { join } from "node:path";
import type { GitRemote, GitSettings } from "./git-settings.ts";

export type Environment = Readonly<Record<string, string>>;

/**
 * Environment of a command that stays on this machine. Nothing is inherited, so `GIT_DIR` and its
 * kin are gone; an empty `GIT_ALLOW_PROTOCOL` forbids every transport, which also keeps a missing
 * object from being fetched behind our back by a git older than `GIT_NO_LAZY_FETCH` (2.45).
 */
export function localEnvironment(settings: GitSettings): Environment {
  return {
    PATH: settings.environment.path,
    HOME: join(settings.cacheDir, "home"),
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_ALLOW_PROTOCOL: "",
  };
}

/**
 * Environment of a fetch. The authorization travels here and nowhere else: arguments can be read
 * by every user of the machine, files outlive the process. It is scoped to the remote's own
 * origin. `GIT_CONFIG_COUNT` needs git 2.31; an older git sends no authorization at all.
 */
export async function remoteEnvironment(
  settings: GitSettings,
  remote: GitRemote,
): Promise<Environment> {
  const { protocol, origin } = parseRemoteUrl(remote.url);
  const { httpsProxy, noProxy, certificatesFile } = settings.environment;
  const authorization = await remote.authorization();
  return {
    ...localEnvironment(settings),
    GIT_ALLOW_PROTOCOL: protocol,
    ...(httpsProxy === undefined ? {} : { HTTPS_PROXY: httpsProxy }),
    ...(noProxy === undefined ? {} : { NO_PROXY: noProxy }),
    ...(certificatesFile === undefined ? {} : { GIT_SSL_CAINFO: certificatesFile }),
    ...(authorization === undefined ? {} : authorizationConfig(origin, authorization)),
  };
}

/** `-c` values for every command. */
export const HARDENED_CONFIG: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "credential.helper=",
  "gc.auto=0",
  "maintenance.auto=false",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  // Bounds on memory: bigger objects are streamed, and delta work stays small.
  "core.bigFileThreshold=16m",
  "pack.windowMemory=64m",
  "pack.threads=2",
  // Packs are mapped in parts, so that a large one fits into the child's bounded address space.
  "core.packedGitWindowSize=64m",
  "core.packedGitLimit=512m",
];

/**
 * `-c` values for commands that may treat missing blobs as promised. They are not written into
 * the cache's config file: so no reading command knows of a promisor it could ask for an object.
 */
export const PROMISOR_CONFIG: readonly string[] = [
  "remote.origin.promisor=true",
  "remote.origin.partialCloneFilter=blob:none",
];

/** `-c` values for commands that reach the remote. */
export function remoteConfig(remote: GitRemote): readonly string[] {
  return [
    ...PROMISOR_CONFIG,
    `remote.origin.url=${remote.url}`,
    "http.followRedirects=false",
    "protocol.version=2",
    // Small packs stay packs: loose objects would escape the count of packs.
    "fetch.unpackLimit=1",
  ];
}

function parseRemoteUrl(url: string): { protocol: "http" | "https"; origin: string } {
  const parsed = URL.parse(url);
  const protocol = parsed?.protocol.slice(0, -1);
  if (parsed === null || (protocol !== "https" && protocol !== "http")) {
    throw new TypeError("not a valid git remote: expected an http or https address");
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new TypeError("not a valid git remote: pass the token as authorization, not in the URL");
  }
  return { protocol, origin: parsed.origin };
}

function authorizationConfig(origin: string, authorization: string): Environment {
  if (/[\r\n\0]/.test(authorization)) throw new TypeError("authorization must be one line");
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: ${authorization}`,
  };
}
