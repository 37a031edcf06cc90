/** `installation`, `installation_repositories`, `installation_target`: who uses the App, and where. */
import { recordInstallation, seeInstallation } from "../db/installations.ts";
import { recordRepository } from "../db/repositories.ts";
import type { DbTransaction } from "../db/schema.ts";
import { asAccountId, asInstallationId, asRepositoryId } from "../model/ids.ts";
import type { Job } from "./intake.ts";

interface Account {
  readonly id: number;
  readonly login?: string;
  readonly slug?: string;
}

interface ShortRepository {
  readonly id: number;
  readonly full_name: string;
  readonly private: boolean;
}

export interface InstallationPayload {
  readonly action: string;
  readonly installation: { readonly id: number; readonly account?: Account | null };
  /** With `installation_target`: the account under its new name. */
  readonly account?: Account;
  readonly repositories?: readonly ShortRepository[];
  readonly repositories_added?: readonly ShortRepository[];
}

/** What other actions tell (new permissions, other repositories, a new name) changes no state. */
const STATE_AFTER: Readonly<Record<string, "active" | "suspended" | "deleted">> = {
  created: "active",
  unsuspend: "active",
  suspend: "suspended",
  deleted: "deleted",
};

export async function takeInstallation(
  trx: DbTransaction,
  payload: InstallationPayload,
  now: Date,
): Promise<readonly Job[]> {
  const account = payload.account ?? payload.installation.account;
  if (account === undefined || account === null) return [];
  const installationId = asInstallationId(payload.installation.id);
  const accountId = asAccountId(account.id);
  const row = {
    id: installationId,
    account_id: accountId,
    account_login: account.login ?? account.slug ?? "",
    updated_at: now,
  };
  const state = STATE_AFTER[payload.action];
  if (state === undefined) await seeInstallation(trx, row);
  else await recordInstallation(trx, { ...row, state });
  for (const repository of payload.repositories_added ?? payload.repositories ?? []) {
    const [owner = "", name = ""] = repository.full_name.split("/");
    await recordRepository(trx, {
      id: asRepositoryId(repository.id),
      installation_id: installationId,
      account_id: accountId,
      owner,
      name,
      // Not part of this payload; the first push tells it.
      default_branch: "",
      is_private: repository.private,
      updated_at: now,
    });
  }
  // What was pushed before the App came, and what it missed while it was suspended.
  const isGone = state === "suspended" || state === "deleted";
  return [
    isGone
      ? { name: "clean-up", data: {} }
      : { name: "reconcile-installation", data: { installationId } },
  ];
}
