/** Endpoints of branches, tags, the other refs. */
import { getCommit } from "../git/commits.ts";
import { git } from "../git/git.ts";
import { commitJson } from "../json/commit.ts";
import { nodeId, repositoryPath } from "../links.ts";
import type { Payload } from "../webhook-sender.ts";
import { ApiError, notFound } from "./api-error.ts";
import { answerPage } from "./paging.ts";
import { defineRepositoryRoute, type RepositoryCall, type Route } from "./route.ts";

export const gitRefRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "GET",
    path: "/git/ref/:ref{.+}",
    needs: "contents:read",
    async handle(call) {
      const wanted = `refs/${call.params["ref"]}`;
      const found = (await listRefs(call, wanted)).find(({ ref }) => ref === wanted);
      if (found === undefined) throw notFound();
      return { status: 200, body: refJson(found, call) };
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/git/matching-refs/:ref{.+}",
    needs: "contents:read",
    async handle(call) {
      const prefix = `refs/${call.params["ref"]}`;
      const refs = (await listRefs(call, "refs")).filter(({ ref }) => ref.startsWith(prefix));
      return answerPage(call, refs, (page) => page.map((one) => refJson(one, call)));
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/branches",
    needs: "contents:read",
    async handle(call) {
      const refs = await listRefs(call, "refs/heads");
      return answerPage(call, refs, (page) => page.map((one) => branchJson(one, call)));
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/commits/:ref{.+}",
    needs: "contents:read",
    async handle(call) {
      const { repository, parts } = call;
      const ref = call.params["ref"] ?? "";
      const id = await parts.store.findCommit(repository, ref);
      if (id === undefined) throw new ApiError(422, `No commit found for SHA: ${ref}`);
      const commit = await getCommit(parts.store.dirOf(repository), id);
      return { status: 200, body: commitJson(commit, repository, parts) };
    },
  }),
];

interface Ref {
  readonly ref: string;
  readonly id: string;
  readonly type: string;
}

async function listRefs({ parts, repository }: RepositoryCall, pattern: string): Promise<Ref[]> {
  const args = ["for-each-ref", "--format=%(objectname) %(objecttype) %(refname)", pattern];
  const lines = (await git(parts.store.dirOf(repository), args)).split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => {
      const [id = "", type = "", ref = ""] = line.split(" ");
      return { id, type, ref };
    });
}

function refJson({ ref, id, type }: Ref, { parts, repository }: RepositoryCall): Payload {
  const api = parts.links.api(`/repos${repositoryPath(repository)}`);
  return {
    ref,
    node_id: nodeId("Ref", repository.id),
    url: `${api}/git/${ref}`,
    object: { sha: id, type, url: `${api}/git/${type}s/${id}` },
  };
}

function branchJson({ ref, id }: Ref, { parts, repository }: RepositoryCall): Payload {
  const api = parts.links.api(`/repos${repositoryPath(repository)}`);
  return {
    name: ref.slice("refs/heads/".length),
    commit: { sha: id, url: `${api}/commits/${id}` },
    protected: false,
  };
}
