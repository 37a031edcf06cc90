/** Puts around an event what every webhook of an installation carries. */
import { accountJson, organisationJson } from "../json/account.ts";
import { repositoryJson } from "../json/repository.ts";
import { nodeId } from "../links.ts";
import type { Parts } from "../parts.ts";
import type { Account, Repository } from "../state.ts";
import type { Payload } from "../webhook-sender.ts";

export function repositoryEnvelope(repository: Repository, sender: Account, parts: Parts): Payload {
  const { state, links, identity } = parts;
  const id = identity.installationId;
  return {
    repository: { ...repositoryJson(repository, state, links), custom_properties: {} },
    ...(repository.owner === state.organisation
      ? { organization: organisationJson(state.organisation, links) }
      : {}),
    sender: accountJson(sender, links),
    installation: { id, node_id: nodeId("IntegrationInstallation", id) },
  };
}
