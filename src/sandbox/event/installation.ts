/** Builds the payloads that tell which repositories the App has. */
import { accountJson } from "../json/account.ts";
import { installationJson } from "../json/app.ts";
import { repositoryNameJson } from "../json/repository.ts";
import type { Parts } from "../parts.ts";
import type { Repository } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";
import { repositoryEnvelope } from "./envelope.ts";

export function installationCreatedPayload(parts: Parts): Payload {
  const { identity, state, links } = parts;
  return {
    action: "created",
    installation: installationJson(identity, state, links),
    repositories: state.repositories.map(repositoryNameJson),
    requester: null,
    sender: accountJson(state.visitor, links),
  };
}

export function repositoryCreatedPayload(repository: Repository, parts: Parts): Payload {
  return {
    action: "created",
    ...repositoryEnvelope(repository, parts.state.visitor, parts),
  };
}
