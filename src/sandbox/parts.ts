/** What every resource of the sandbox works with. */
import type { Mutex } from "./git/mutex.ts";
import type { RepositoryStore } from "./git/repository-store.ts";
import type { AppIdentity } from "./identity.ts";
import type { Links } from "./links.ts";
import { notFound } from "./rest/api-error.ts";
import type { Exchange } from "./rest/exchange.ts";
import { findRepository, type Repository, type SandboxState } from "./state.ts";
import type { Tokens } from "./tokens.ts";
import type { WebhookSender } from "./webhook-sender.ts";

/** The logger's two methods that the sandbox calls, fields first as pino takes them. */
export interface SandboxLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface Parts {
  readonly state: SandboxState;
  readonly identity: AppIdentity;
  readonly tokens: Tokens;
  readonly store: RepositoryStore;
  /** One push at a time for each repository, by its folder. */
  readonly mutex: Mutex;
  readonly links: Links;
  readonly webhooks: WebhookSender;
  readonly log: SandboxLog;
  /** Is told of each REST request with its answer. */
  readonly observe: (exchange: Exchange) => void;
  /** The secret half of the URL to push to. */
  readonly pushToken: string;
  readonly now: () => Date;
  /** Throws GitHub's 404 where there is no such repository. */
  getRepository(owner: string | undefined, name: string | undefined): Repository;
}

export function createParts(parts: Omit<Parts, "getRepository">): Parts {
  return {
    ...parts,
    getRepository(owner = "", name = "") {
      const repository = findRepository(parts.state, owner, name);
      if (repository === undefined) throw notFound();
      return repository;
    },
  };
}
