/**
 * A stand-in GitHub in this process, for trying the App without an account.
 *
 * It has GitHub Enterprise's layout on one address: REST below `/api/v3`, git at
 * `/OWNER/REPO.git`, pages for people everywhere else.
 */
import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { readManifest } from "../config/app-manifest.ts";
import { addRepository, type NewRepository } from "./act/repositories.ts";
import { installationPayload } from "./event/installation.ts";
import { repositoryPayload } from "./event/repository.ts";
import { createMutex } from "./git/mutex.ts";
import { createRepositoryStore } from "./git/repository-store.ts";
import { BOT_LOGIN, createIdentity } from "./identity.ts";
import { createLinks, pushUrl } from "./links.ts";
import { createParts, type Parts, type SandboxLog } from "./parts.ts";
import { createPeople, getNamed, type People } from "./people.ts";
import { createRequestHandler } from "./request-handler.ts";
import type { Exchange } from "./rest/exchange.ts";
import { createState, type Delivery, type Repository, type SandboxState } from "./state.ts";
import { createTokens } from "./tokens.ts";
import { createWebhookSender, type Payload } from "./webhook-sender.ts";

export interface SandboxOptions {
  /** The repositories go into its subfolder `git`, which is emptied at each start. */
  readonly dataDir: string;
  /** Such as `http://127.0.0.1:3000`; asked for only after the server listens. */
  readonly baseUrl: () => string;
  /** Login of the organisation; `acme` by default. */
  readonly organisation?: string;
  /** What the organisation has at first; a public `website` beside a private `shop` by default. */
  readonly repositories?: readonly NewRepository[];
  /** Where webhooks go, with the secret that signs them. */
  readonly webhook: () => { readonly url: string; readonly secret: string };
  readonly now: () => Date;
  readonly log: SandboxLog;
  /** Password of the URL to push to; random by default. */
  readonly pushToken?: string;
  /** Is told of each REST request with its answer, after it was answered. */
  readonly observe?: (exchange: Exchange) => void;
}

export interface Sandbox {
  readonly appId: number;
  readonly installationId: number;
  /** PEM, made at start. */
  readonly privateKey: string;
  /** A random secret for `webhook()` to return. */
  readonly webhookSecret: string;
  readonly state: SandboxState;
  /** Does what people do on GitHub, as the visitor; `people.as(login)` does it as somebody else. */
  readonly people: People;
  /** Answers a request for a page, the API or git; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * Where the visitor pushes: `http://push:TOKEN@127.0.0.1:3000/acme/shop.git` for `shop`; a fork
   * is named with its owner, `hubot/shop`. With a login, where that person pushes.
   */
  pushUrl(repository: string, login?: string): string;
  /** Makes an empty repository, tells the App of it. */
  createRepository(repository: NewRepository): Promise<Repository>;
  /** Sends any event; returns its delivery, or undefined where GitHub would send nothing. */
  deliver(event: string, payload: Payload): Delivery | undefined;
  /** Sends a delivery again under its old guid; undefined where no delivery has this id. */
  redeliver(id: number): Delivery | undefined;
  /** Sends `installation.created`, as GitHub does when somebody installs the App. */
  announceInstallation(): void;
  /** Resolves when no webhook is waiting or under way. */
  idle(): Promise<void>;
  /** Aborts webhooks that are under way; the open pages lose their live connection. */
  stop(): Promise<void>;
}

const ORGANISATION_DEFAULT = "acme";
const REPOSITORIES_DEFAULT: readonly NewRepository[] = [
  { name: "shop", private: true },
  { name: "website", private: false },
];

export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const parts = await buildParts(options);
  const { identity, state, webhooks } = parts;
  const requestHandler = createRequestHandler(parts);
  for (const one of options.repositories ?? REPOSITORIES_DEFAULT) await addRepository(one, parts);
  return {
    appId: identity.appId,
    installationId: identity.installationId,
    privateKey: identity.privateKey,
    webhookSecret: identity.webhookSecret,
    state,
    handle: requestHandler.handle,
    people: createPeople(parts),
    pushUrl: (name, login) => pushUrl(getNamed(name, parts), parts.links, parts.pushToken, login),
    async createRepository(wanted) {
      const repository = await addRepository(wanted, parts);
      const event = { action: "created", repository, sender: state.visitor } as const;
      webhooks.deliver("repository", repositoryPayload(event, parts));
      state.changed();
      return repository;
    },
    deliver: webhooks.deliver,
    redeliver: webhooks.redeliver,
    announceInstallation() {
      webhooks.deliver("installation", installationPayload("created", parts));
    },
    idle: webhooks.idle,
    async stop() {
      requestHandler.stop();
      await webhooks.stop();
    },
  };
}

async function buildParts(options: SandboxOptions): Promise<Parts> {
  const { now, log } = options;
  const root = await makeEmptyFolder(join(options.dataDir, "git"));
  const state = createState({
    organisation: options.organisation ?? ORGANISATION_DEFAULT,
    botLogin: BOT_LOGIN,
    firstId: Math.floor(now().getTime() / 1000),
  });
  const identity = await createIdentity(state.nextId(), readManifest(), now());
  return createParts({
    state,
    identity,
    tokens: createTokens(identity, now),
    store: createRepositoryStore(root),
    mutex: createMutex(),
    links: createLinks(options.baseUrl),
    webhooks: createWebhookSender({ state, identity, target: options.webhook, now, log }),
    log,
    observe: options.observe ?? (() => undefined),
    pushToken: options.pushToken ?? randomBytes(16).toString("hex"),
    now,
  });
}

/** Checks with issues are gone after a restart, so the commits they spoke of go as well. */
async function makeEmptyFolder(dir: string): Promise<string> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return dir;
}
