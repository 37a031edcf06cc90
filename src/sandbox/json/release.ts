/** Shapes a release as GitHub's API does. */
import type { Release } from "../conversation.ts";
import { nodeId, repositoryPath } from "../links.ts";
import type { Parts } from "../parts.ts";
import type { Payload } from "../webhook-sender.ts";
import { accountJson } from "./account.ts";
import { timeJson } from "./time.ts";

export function releaseJson(release: Release, { links }: Parts): Payload {
  const path = repositoryPath(release.repository);
  const repository = links.api(`/repos${path}`);
  const url = `${repository}/releases/${release.id}`;
  const tag = encodeURIComponent(release.tag);
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    html_url: links.web(`${path}/releases/tag/${tag}`),
    id: release.id,
    node_id: nodeId("Release", release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    draft: false,
    author: accountJson(release.author, links),
    prerelease: false,
    created_at: timeJson(release.createdAt),
    published_at: timeJson(release.publishedAt),
    assets: [],
    tarball_url: `${repository}/tarball/${tag}`,
    zipball_url: `${repository}/zipball/${tag}`,
    body: release.body,
  };
}
