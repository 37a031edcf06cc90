/** Leads requests to repositories that are named otherwise: by id, or as they were called once. */
import { repositoryPath } from "../links.ts";
import type { Parts } from "../parts.ts";
import { findRepository } from "../state.ts";
import type { Answer } from "./answer.ts";

/** Turns `/repositories/1/issues` into `/repos/acme/shop/issues`; other paths stay as they are. */
export function resolveId(path: string, { state }: Parts): string {
  const [, id, rest = ""] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = state.repositories.find((one) => String(one.id) === id);
  return repository === undefined ? path : `/repos${repositoryPath(repository)}${rest}`;
}

/**
 * GitHub's redirect to the id, for a name that a repository had before; undefined for every other
 * path. A client repeats a GET by itself after 301; 307 asks it to keep method with body.
 */
export function findRedirect(
  method: string,
  { pathname, search }: URL,
  basePath: string,
  { state, links }: Parts,
): Answer | undefined {
  const path = pathname.slice(basePath.length);
  const [, owner = "", name = "", rest = ""] =
    /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (findRepository(state, owner, name) !== undefined) return undefined;
  const repository = state.formerNames.get(`${owner}/${name}`.toLowerCase());
  if (repository === undefined) return undefined;
  const url = links.api(`/repositories/${repository.id}${rest}${search}`);
  const status = method === "GET" ? 301 : 307;
  const message = status === 301 ? "Moved Permanently" : "Temporary Redirect";
  const body = { message, url, documentation_url: "https://docs.github.com/rest" };
  return { status, body, headers: { location: url } };
}
