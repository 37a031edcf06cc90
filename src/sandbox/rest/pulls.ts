/** Endpoints of pull requests. */
import { z } from "zod";
import { changeConversation } from "../act/conversations.ts";
import { mergePull } from "../act/merge.ts";
import { openPull, retargetPull } from "../act/pulls.ts";
import type { PullRequest } from "../conversation.ts";
import { pullJson, shortPullJson } from "../json/pull.ts";
import type { Repository } from "../state.ts";
import type { Answer } from "./answer.ts";
import { notFound, validationFailed } from "./api-error.ts";
import { answerPage } from "./paging.ts";
import { defineRepositoryRoute, type RepositoryCall, type Route } from "./route.ts";

const newPullBody = z.strictObject({
  title: z.string().min(1),
  head: z.string().min(1),
  base: z.string().min(1),
  body: z.string().nullable().optional(),
  draft: z.boolean().optional(),
  maintainer_can_modify: z.boolean().optional(),
});
const pullChangesBody = z.strictObject({
  title: z.string().min(1).optional(),
  body: z.string().nullable().optional(),
  state: z.enum(["open", "closed"]).optional(),
  base: z.string().optional(),
  maintainer_can_modify: z.boolean().optional(),
});
const mergeBody = z.strictObject({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z.enum(["merge", "squash"]).optional(),
});

export const pullRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "GET",
    path: "/pulls",
    needs: "pull_requests:read",
    handle(call) {
      const pulls = listMatching(call);
      return answerPage(call, pulls, (page) => page.map((one) => shortPullJson(one, call.parts)));
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/pulls/:number",
    needs: ["pull_requests:read", "contents:read"],
    handle: (call) => ({ status: 200, body: pullJson(getPull(call), call.parts) }),
  }),
  defineRepositoryRoute({
    method: "POST",
    path: "/pulls",
    needs: "pull_requests:write",
    body: newPullBody,
    handle: create,
  }),
  defineRepositoryRoute({
    method: "PATCH",
    path: "/pulls/:number",
    needs: "pull_requests:write",
    body: pullChangesBody,
    async handle(call) {
      const pull = getPull(call);
      const { base, title, body, state } = call.body;
      if (base !== undefined) await retargetPull(pull, base, call);
      changeConversation(pull, { title, body, state }, call);
      return { status: 200, body: pullJson(pull, call.parts) };
    },
  }),
  defineRepositoryRoute({
    method: "PUT",
    path: "/pulls/:number/merge",
    needs: "contents:write",
    body: mergeBody,
    async handle(call) {
      const { commit_title, commit_message, sha, merge_method } = call.body;
      const wish = { title: commit_title, message: commit_message, method: merge_method };
      const merged = await mergePull(getPull(call), { ...wish, headSha: sha }, call);
      const body = { sha: merged, merged: true, message: "Pull Request successfully merged" };
      return { status: 200, body };
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/commits/:sha/pulls",
    needs: "pull_requests:read",
    handle(call) {
      const pulls = call.parts.state.pulls.filter(
        ({ repository, head, merge }) =>
          repository === call.repository && [head.sha, merge?.sha].includes(call.params["sha"]),
      );
      return answerPage(call, pulls, (page) => page.map((one) => shortPullJson(one, call.parts)));
    },
  }),
];

/** Throws GitHub's 404 where the repository has no pull request of this number. */
export function getPull({
  repository,
  parts,
  params,
}: Pick<RepositoryCall<unknown>, "repository" | "parts" | "params">): PullRequest {
  const number = Number(params["number"]);
  const pull = parts.state.pulls.find(
    (candidate) => candidate.repository === repository && candidate.number === number,
  );
  if (pull === undefined) throw notFound();
  return pull;
}

/** What a head names: `branch` of the base's repository, `owner:branch` of a fork. */
export function findHead(
  label: string,
  base: Repository,
  repositories: readonly Repository[],
): { readonly repository: Repository; readonly branch: string } | undefined {
  const colon = label.indexOf(":");
  const branch = label.slice(colon + 1);
  const owner = label.slice(0, Math.max(colon, 0));
  if (owner === "" || owner === base.owner.login) return { repository: base, branch };
  const repository = repositories.find((one) => one.owner.login === owner && one.source === base);
  return repository && { repository, branch };
}

async function create(call: RepositoryCall<z.infer<typeof newPullBody>>): Promise<Answer> {
  const { parts, repository } = call;
  const { title, body, draft, base } = call.body;
  const head = findHead(call.body.head, repository, parts.state.repositories);
  if (head === undefined) {
    throw validationFailed({ resource: "PullRequest", field: "head", code: "invalid" });
  }
  const pull = await openPull({ repository, base, head, title, body, draft }, call);
  return { status: 201, body: pullJson(pull, parts) };
}

function listMatching({ parts, repository, query }: RepositoryCall): PullRequest[] {
  const state = query.get("state") ?? "open";
  const head = query.get("head");
  const base = query.get("base");
  const sign = query.get("direction") === "asc" ? 1 : -1;
  const key = (pull: PullRequest): number =>
    (query.get("sort") === "updated" ? pull.updatedAt : pull.createdAt).getTime();
  return parts.state.pulls
    .filter(
      (pull) =>
        pull.repository === repository &&
        (state === "all" || pull.state === state) &&
        (head === null || head === `${pull.head.repository.owner.login}:${pull.head.branch}`) &&
        (base === null || base === pull.base.branch),
    )
    .sort((a, b) => sign * (key(a) - key(b) || a.number - b.number));
}
