/** Builds the addresses inside everything that the sandbox sends. */
import type { Repository } from "./state.ts";

export interface Links {
  /** An address of the REST API, as GitHub Enterprise Server lays it out; `path` begins with `/`. */
  api(path: string): string;
  /** An address that a person opens; `path` begins with `/`. */
  web(path: string): string;
}

/** `baseUrl` is asked each time, because the port is known only once the server listens. */
export function createLinks(baseUrl: () => string): Links {
  return {
    api: (path) => `${baseUrl()}/api/v3${path}`,
    web: (path) => `${baseUrl()}${path}`,
  };
}

/** `/acme/shop`: what names a repository in every path. */
export function repositoryPath(repository: Repository): string {
  return `/${fullName(repository)}`;
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

/** Where a person pushes: the clone address with its password in it, the visitor's as `push`. */
export function pushUrl(
  repository: Repository,
  links: Links,
  pushToken: string,
  login = "push",
): string {
  const url = new URL(links.web(`${repositoryPath(repository)}.git`));
  url.username = login;
  url.password = pushToken;
  return url.href;
}

/** GitHub's older form of a global id: the base64 of length, type name, id. */
export function nodeId(type: string, id: number): string {
  const length = String(type.length).padStart(2, "0");
  return Buffer.from(`${length}:${type}${id}`).toString("base64");
}
