/** The parts that every payload shares: who, where, and under which installation. */
import { seeInstallation } from "../db/installations.ts";
import { recordPerson } from "../db/people.ts";
import { recordRepository } from "../db/repositories.ts";
import type { Db } from "../db/schema.ts";
import {
  asAccountId,
  asInstallationId,
  asRepositoryId,
  type InstallationId,
  type RepositoryId,
} from "../model/ids.ts";

/** The fields of GitHub's repository object that are read here. */
export interface RepositoryPayload {
  readonly id: number;
  readonly name: string;
  readonly private: boolean;
  readonly default_branch?: string | null;
  readonly owner: RepositoryOwner | null;
}

/** Most events name the owner by `login`, `push` of old servers by `name`. */
interface RepositoryOwner {
  readonly id?: number;
  readonly login?: string;
  readonly name?: string | null;
}

export interface SenderPayload {
  readonly id: number;
  readonly login: string;
  readonly type?: string;
}

export interface EventPayload {
  readonly installation?: { readonly id: number } | undefined;
  readonly repository: RepositoryPayload;
  readonly sender?: SenderPayload | undefined;
}

export interface EventOrigin {
  readonly installationId: InstallationId;
  readonly repositoryId: RepositoryId;
  readonly senderId: number | null;
}

/** Notes installation, repository and sender of an event under their ids. */
export async function recordOrigin(db: Db, payload: EventPayload, now: Date): Promise<EventOrigin> {
  const { repository, sender } = payload;
  const installationId = asInstallationId(payload.installation?.id);
  const repositoryId = asRepositoryId(repository.id);
  const accountId = asAccountId(repository.owner?.id);
  const owner = repository.owner?.login ?? repository.owner?.name ?? "";
  await seeInstallation(db, {
    id: installationId,
    account_id: accountId,
    account_login: owner,
    updated_at: now,
  });
  await recordRepository(db, {
    id: repositoryId,
    installation_id: installationId,
    account_id: accountId,
    owner,
    name: repository.name,
    default_branch: repository.default_branch ?? "",
    is_private: repository.private,
    updated_at: now,
  });
  if (sender === undefined) return { installationId, repositoryId, senderId: null };
  await recordPerson(db, { id: sender.id, login: sender.login, is_bot: sender.type === "Bot" });
  return { installationId, repositoryId, senderId: sender.id };
}
