/** Builds the payloads of the `repository`, `public` or `release` webhooks. */
import type { Release } from "../conversation.ts";
import { releaseJson } from "../json/release.ts";
import type { Parts } from "../parts.ts";
import type { Account, Repository } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";
import { repositoryEnvelope } from "./envelope.ts";

export type RepositoryAction =
  | "created"
  | "deleted"
  | "archived"
  | "unarchived"
  | "edited"
  | "renamed"
  | "transferred"
  | "publicized"
  | "privatized";

export interface RepositoryEvent {
  readonly action: RepositoryAction;
  readonly repository: Repository;
  readonly sender: Account;
  /** What was there before; set for `edited`, `renamed`, `transferred`. */
  readonly changes?: Payload;
}

export function repositoryPayload(event: RepositoryEvent, parts: Parts): Payload {
  const { action, repository, sender, changes } = event;
  return {
    action,
    ...(changes === undefined ? {} : { changes }),
    ...repositoryEnvelope(repository, sender, parts),
  };
}

export function releasePayload(
  event: {
    readonly action: "created" | "published" | "released" | "edited" | "deleted";
    readonly release: Release;
    readonly sender: Account;
    readonly changes?: Payload;
  },
  parts: Parts,
): Payload {
  const { action, release, sender, changes } = event;
  return {
    action,
    release: releaseJson(release, parts),
    ...(changes === undefined ? {} : { changes }),
    ...repositoryEnvelope(release.repository, sender, parts),
  };
}
