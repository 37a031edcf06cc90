/** What people do with releases: publish, edit. */
import type { Release } from "../conversation.ts";
import { releasePayload } from "../event/repository.ts";
import { git } from "../git/git.ts";
import { validationFailed } from "../rest/api-error.ts";
import { type Repository, remember } from "../state.ts";
import { type Acting, checkRole, checkWritable } from "./acting.ts";
import { changeRefs } from "./refs.ts";
import { checkBody } from "./texts.ts";

export interface NewRelease {
  readonly repository: Repository;
  /** Made where the repository lacks it. */
  readonly tag: string;
  readonly target?: string | undefined;
  readonly name?: string | undefined;
  readonly body?: string | undefined;
}

/** GitHub sends three events for it: `created`, `published`, `released`. */
export async function publishRelease(wanted: NewRelease, acting: Acting): Promise<Release> {
  const { repository, tag, target = repository.defaultBranch } = wanted;
  const { actor, parts } = acting;
  checkWritable(repository);
  checkRole(acting, repository, "write");
  checkBody("Release", wanted.body);
  const commit = await parts.store.findCommit(repository, target);
  if (commit === undefined) {
    throw validationFailed({ resource: "Release", field: "target_commitish", code: "invalid" });
  }
  if ((await parts.store.findCommit(repository, `refs/tags/${tag}`)) === undefined) {
    await changeRefs(repository, acting, (dir) =>
      git(dir, ["tag", "--end-of-options", tag, commit]),
    );
  }
  const now = parts.now();
  const release = remember(parts.state.releases, {
    id: parts.state.nextId(),
    repository,
    author: actor,
    createdAt: now,
    tag,
    target,
    publishedAt: now,
    name: wanted.name ?? null,
    body: wanted.body ?? null,
  });
  for (const action of ["created", "published", "released"] as const) {
    parts.webhooks.deliver("release", releasePayload({ action, release, sender: actor }, parts));
  }
  parts.state.changed();
  return release;
}

export function editRelease(
  release: Release,
  wanted: { readonly name?: string; readonly body?: string },
  acting: Acting,
): void {
  const { actor, parts } = acting;
  checkRole(acting, release.repository, "write");
  checkBody("Release", wanted.body);
  const changes = {
    ...(wanted.name === undefined ? {} : { name: { from: release.name ?? "" } }),
    ...(wanted.body === undefined ? {} : { body: { from: release.body ?? "" } }),
  };
  release.name = wanted.name ?? release.name;
  release.body = wanted.body ?? release.body;
  const event = { action: "edited", release, sender: actor, changes } as const;
  parts.webhooks.deliver("release", releasePayload(event, parts));
  parts.state.changed();
}
