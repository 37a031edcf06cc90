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
import { installationCreatedPayload, repositoryCreatedPayload } from "./event/installation.ts";
import { createRepositoryStore } from "./git/repository-store.ts";
import { BOT_LOGIN, createIdentity } from "./identity.ts";
import { createLinks, pushUrl } from "./links.ts";
import { createParts, type Parts, type SandboxLog } from "./parts.ts";
import { createRequestHandler } from "./request-handler.ts";
import {
  createState,
  type Delivery,
  findRepository,
  type Repository,
  type SandboxState,
} from "./state.ts";
import { createTokens } from "./tokens.ts";
import { createWebhookSender, type Payload } from "./webhook-sender.ts";

export interface NewRepository {
  readonly name: string;
  readonly private: boolean;
}

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
}

export interface Sandbox {
  readonly appId: number;
  readonly installationId: number;
  /** PEM, made at start. */
  readonly privateKey: string;
  /** A random secret for `webhook()` to return. */
  readonly webhookSecret: string;
  readonly state: SandboxState;
  /** Answers a request for a page, the API or git; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Where to push: `http://push:TOKEN@127.0.0.1:3000/acme/shop.git` for `shop`. */
  pushUrl(repository: string): string;
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
    pushUrl(name) {
      const repository = parts.getRepository(state.organisation.login, name);
      return pushUrl(repository, parts.links, parts.pushToken);
    },
    async createRepository(wanted) {
      const repository = await addRepository(wanted, parts);
      webhooks.deliver("repository", repositoryCreatedPayload(repository, parts));
      state.changed();
      return repository;
    },
    deliver: webhooks.deliver,
    redeliver: webhooks.redeliver,
    announceInstallation() {
      webhooks.deliver("installation", installationCreatedPayload(parts));
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
  const identity = await createIdentity(state.nextId(), now());
  return createParts({
    state,
    identity,
    tokens: createTokens(identity, now),
    store: createRepositoryStore(root),
    links: createLinks(options.baseUrl),
    webhooks: createWebhookSender({ state, identity, target: options.webhook, now, log }),
    log,
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

/** The name becomes part of a path, so it may hold only what GitHub allows. */
function checkName(name: string, state: SandboxState): void {
  if (!/^(?!\.{1,2}$)[\w.-]{1,100}$/.test(name) || name.endsWith(".git")) {
    throw new Error(`"${name}" is no repository name: use letters, digits, "-", "_" or "."`);
  }
  if (findRepository(state, state.organisation.login, name) !== undefined) {
    throw new Error(`there is a repository "${name}" already: choose another name`);
  }
}

async function addRepository(wanted: NewRepository, parts: Parts): Promise<Repository> {
  const { state, store, now } = parts;
  checkName(wanted.name, state);
  const repository: Repository = {
    id: state.nextId(),
    name: wanted.name,
    owner: state.organisation,
    roles: new Map([
      [state.visitor.login, "admin"],
      ["hubot", "read"],
    ]),
    createdAt: now(),
    private: wanted.private,
    hasIssues: true,
    archived: false,
    defaultBranch: "main",
    pushedAt: now(),
    issueNumber: 0,
  };
  await store.create(repository);
  state.repositories.push(repository);
  return repository;
}
