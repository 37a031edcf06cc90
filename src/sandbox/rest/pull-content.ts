/** Endpoints of what a pull request brings: its commits, its files. */
import { type Commit, listCommits } from "../git/commits.ts";
import { type DiffFile, listDiffFiles } from "../git/diff.ts";
import { findMergeBase } from "../git/pull-refs.ts";
import { commitJson } from "../json/commit.ts";
import { LIMITS } from "../limits.ts";
import { repositoryPath } from "../links.ts";
import type { Payload } from "../webhook-sender.ts";
import { answerPage } from "./paging.ts";
import { getPull } from "./pulls.ts";
import { defineRepositoryRoute, type RepositoryCall, type Route } from "./route.ts";

export const pullContentRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "GET",
    path: "/pulls/:number/commits",
    needs: "pull_requests:read",
    async handle(call) {
      const commits = (await readCommits(call)).slice(0, LIMITS.commitsOfPull);
      return answerPage(call, commits, (page) =>
        page.map((commit) => commitJson(commit, call.repository, call.parts)),
      );
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/pulls/:number/files",
    needs: "pull_requests:read",
    async handle(call) {
      const files = (await readFiles(call)).slice(0, LIMITS.filesOfPull);
      return answerPage(call, files, (page) => page.map((file) => fileJson(file, call)));
    },
  }),
];

function readCommits(call: RepositoryCall): Promise<Commit[]> {
  const { base, head } = getPull(call);
  return listCommits(call.parts.store.dirOf(call.repository), head.sha, [base.sha]);
}

async function readFiles(call: RepositoryCall): Promise<DiffFile[]> {
  const { base, head } = getPull(call);
  const dir = call.parts.store.dirOf(call.repository);
  const from = (await findMergeBase(dir, base.sha, head.sha)) ?? base.sha;
  return await listDiffFiles(dir, from, head.sha);
}

function fileJson(file: DiffFile, call: RepositoryCall): Payload {
  const { links } = call.parts;
  const { sha } = getPull(call).head;
  const path = repositoryPath(call.repository);
  const name = file.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.blobId,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: links.web(`${path}/blob/${sha}/${name}`),
    raw_url: links.web(`${path}/raw/${sha}/${name}`),
    contents_url: links.api(`/repos${path}/contents/${name}?ref=${sha}`),
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}
