/**
 * Gets an answer from the database's owner: the running service, or this process when none runs.
 *
 * Two processes on one embedded database lose rows, so this process opens it only under the
 * folder's lock. While a service starts or stops it holds the lock but does not answer yet or any
 * more; the same is true of another command. Both are over soon, so they are waited for.
 */

import { CommandError } from "../command/command-error.ts";
import type { Config } from "../config/parse-settings.ts";
import { FolderLockedError } from "../lib/folder-lock.ts";
import { sleep } from "../lib/sleep.ts";
import type { CommandName, InputOf, ResultOf } from "./commands.ts";
import { findService } from "./find-service.ts";

export interface Asker {
  /** @throws CommandError with one sentence about why there is no answer. */
  ask<Name extends CommandName>(name: Name, input: InputOf<Name>): Promise<ResultOf<Name>>;
  close(): Promise<void>;
}

const WAIT_MS_MAX = 30_000;
const RETRY_MS = 200;

/**
 * @throws CommandError when there is no database, or its owner neither answers nor ends.
 * @throws SettingsError when PostgreSQL cannot be reached.
 */
export async function openAsker(config: Config): Promise<Asker> {
  const deadline = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const service = await findService(config.dataDir);
    if (service !== undefined) return service;
    try {
      // Loading the database takes longer than most questions to a service.
      const { openLocally } = await import("./open-locally.ts");
      return await openLocally(config);
    } catch (cause) {
      if (!(cause instanceof FolderLockedError)) throw cause;
      if (Date.now() > deadline) throw stuck(config, cause);
    }
    await sleep(RETRY_MS);
  }
}

function stuck({ dataDir }: Config, cause: FolderLockedError): CommandError {
  const text = `Process ${cause.holder} uses the data folder ${dataDir} and does not answer: look at its log, or stop it.`;
  return new CommandError(text, { cause });
}
