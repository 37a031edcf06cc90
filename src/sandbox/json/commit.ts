/** Shapes a commit as GitHub's API does. */
import type { Commit, Person } from "../git/commits.ts";
import { nodeId, repositoryPath } from "../links.ts";
import type { Parts } from "../parts.ts";
import { findAccount, type Repository } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";
import { accountJson } from "./account.ts";

const NO_REPLY = /^(?:\d+\+)?([\w-]+)@users\.noreply\.github\.com$/;

/** The login of an address that belongs to an account, such as its no-reply address. */
export function findLogin(email: string): string | undefined {
  return NO_REPLY.exec(email)?.[1];
}

export function commitJson(commit: Commit, repository: Repository, parts: Parts): Payload {
  const { links } = parts;
  const path = repositoryPath(repository);
  const api = links.api(`/repos${path}`);
  const url = `${api}/commits/${commit.id}`;
  const html = links.web(`${path}/commit/${commit.id}`);
  return {
    url,
    sha: commit.id,
    node_id: nodeId("Commit", Number.parseInt(commit.id.slice(0, 12), 16)),
    html_url: html,
    comments_url: `${url}/comments`,
    commit: {
      url: `${api}/git/commits/${commit.id}`,
      author: { ...commit.author, date: utc(commit.authoredAt) },
      committer: { ...commit.committer, date: utc(commit.committedAt) },
      message: commit.message,
      tree: { sha: commit.treeId, url: `${api}/git/trees/${commit.treeId}` },
      comment_count: 0,
      verification: {
        verified: false,
        reason: "unsigned",
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    author: accountOf(commit.author, parts),
    committer: accountOf(commit.committer, parts),
    parents: commit.parentIds.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: links.web(`${path}/commit/${sha}`),
    })),
  };
}

/** Null where the address belongs to nobody here. */
function accountOf({ email }: Person, { state, links }: Parts) {
  const account = findAccount(state, findLogin(email) ?? "");
  return account === undefined ? null : accountJson(account, links);
}

function utc(time: string): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z");
}
