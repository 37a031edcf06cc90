/** `repository` and `public`: a repository changed its name, its owner, its branch or its readers. */
import { type RepositoryState, recordRepositoryState } from "../db/repositories.ts";
import type { DbTransaction } from "../db/schema.ts";
import type { Job } from "./intake.ts";
import { type EventPayload, recordOrigin } from "./sender.ts";

export interface RepositoryEventPayload extends EventPayload {
  /** Absent from `public`, which has one meaning only. */
  readonly action?: string;
}

const STATE_AFTER: Readonly<Record<string, RepositoryState>> = {
  archived: "archived",
  unarchived: "active",
  deleted: "deleted",
};

/** After these other people can read the repository than before. */
const AUDIENCE_ACTIONS: ReadonlySet<string> = new Set(["publicized", "privatized"]);

export async function takeRepository(
  trx: DbTransaction,
  payload: RepositoryEventPayload,
  now: Date,
): Promise<readonly Job[]> {
  // Name, owner and default branch are noted by this alone: everything hangs on the numeric id.
  const { installationId, repositoryId } = await recordOrigin(trx, payload, now);
  const { action = "publicized" } = payload;
  const state = STATE_AFTER[action];
  if (state !== undefined) await recordRepositoryState(trx, repositoryId, state);
  if (!AUDIENCE_ACTIONS.has(action)) return [];
  return [{ name: "rehome-repository", data: { installationId, repositoryId } }];
}
