/** Which event goes where: verifies by probot, filters accounts, and hands over to one file each. */
import { createNodeMiddleware, Probot, ProbotOctokit } from "probot";
import type { Config, Credentials } from "../config/parse-settings.ts";
import type { DbTransaction } from "../db/schema.ts";
import { describeError } from "../lib/describe-error.ts";
import { type AccountId, asAccountId, asRepositoryId, type RepositoryId } from "../model/ids.ts";
import { maskedLine } from "../model/masked-line.ts";
import { type EventText, type TextPayload, textsOf } from "./event-texts.ts";
import { takeInstallation } from "./installation.ts";
import type { Intake, Job } from "./intake.ts";
import { type MergeGroupPayload, takeMergeGroup } from "./merge-group.ts";
import { type PullRequestPayload, takePullRequest } from "./pull-request.ts";
import { type PushPayload, takePush } from "./push.ts";
import { type RepositoryEventPayload, takeRepository } from "./repository.ts";
import { takeRerequest } from "./rerequest.ts";
import type { EventPayload } from "./sender.ts";
import { type TextFinding, takeTextFindings } from "./take-texts.ts";

export interface DoorOptions {
  readonly config: Pick<Config, "accounts" | "webhookPath">;
  readonly credentials: Credentials;
  readonly intake: Intake;
  /** Finds keys in a text that people wrote; the text goes no further. */
  readonly scanText: ScanText;
  /** Hears what became of each delivery whose signature is right. */
  readonly countDelivery: (event: string, outcome: DeliveryOutcome) => void;
  readonly now: () => Date;
  readonly log: DoorLog;
}

export type DeliveryOutcome = "stored" | "repeated" | "ignored" | "failed";

export type ScanText = (
  home: { readonly accountId: AccountId; readonly repositoryId: RepositoryId },
  text: string,
) => Promise<readonly Omit<TextFinding, "text">[]>;

export interface DoorLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a delivery that could not be stored is answered with: a status and nothing of its content. */
class NotStoredError extends Error {
  override readonly name = "NotStoredError";
  readonly status = 500;
}

export type DoorMiddleware = Awaited<ReturnType<typeof createNodeMiddleware>>;

export interface Door {
  /** Answers 2xx only after a delivery is stored. */
  readonly middleware: DoorMiddleware;
  /** Takes in an event that came another way, trusted by how it came. */
  receive(event: ReceivedEvent): Promise<void>;
}

export interface ReceivedEvent {
  readonly id: string;
  readonly event: string;
  readonly payload: object;
}

export async function createDoor(options: DoorOptions): Promise<Door> {
  const probot = new Probot({
    appId: options.credentials.appId,
    privateKey: options.credentials.privateKey,
    secret: options.credentials.webhookSecret,
    // The door calls nothing on GitHub; probot would otherwise start its own pacing.
    Octokit: ProbotOctokit.defaults({ throttle: { enabled: false } }),
    // Probot logs a failed event with its payload; what failed is logged here, without it.
    logLevel: "fatal",
  });
  const middleware = await createNodeMiddleware((app) => register(app, options), {
    probot,
    webhooksPath: options.config.webhookPath,
  });
  return {
    middleware,
    async receive({ id, event, payload }) {
      await probot.receive({ id, name: event, payload } as Parameters<Probot["receive"]>[0]);
    },
  };
}

/** Events whose texts are scanned; those with commits are taken below as well. */
const TEXT_EVENTS = [
  "push",
  "issues",
  "issue_comment",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "release",
] as const;

function register(app: Probot, options: DoorOptions): void {
  const { credentials, now } = options;
  const take = takerOf(options);
  app.on([...TEXT_EVENTS], (context) =>
    take(context, async () => {
      const { name, payload } = context;
      const found = await scanTexts(options.scanText, name, payload as object);
      return async (trx) => [
        ...(await takeTextFindings(trx, payload as EventPayload, found, now())),
        ...(await takeCommits(trx, { name, payload, found, now: now() })),
      ];
    }),
  );
  app.on(["repository", "public"], (context) =>
    take(
      context,
      () => (trx) => takeRepository(trx, context.payload as RepositoryEventPayload, now()),
    ),
  );
  app.on("merge_group.checks_requested", (context) =>
    take(context, () => (trx) => takeMergeGroup(trx, context.payload as MergeGroupPayload, now())),
  );
  app.on([...RERUN_EVENTS], (context) =>
    take(
      context,
      () => (trx) => takeRerequest(trx, context.payload, { appId: credentials.appId, now: now() }),
    ),
  );
  app.on(["installation", "installation_repositories", "installation_target"], (context) =>
    take(context, () => (trx) => takeInstallation(trx, context.payload as never, now())),
  );
}

const RERUN_EVENTS = [
  "check_run.rerequested",
  "check_run.requested_action",
  "check_suite.rerequested",
] as const;

async function scanTexts(
  scanText: ScanText,
  event: string,
  payload: object,
): Promise<readonly TextFinding[]> {
  const { repository } = payload as EventPayload;
  const accountId = asAccountId(repository.owner?.id);
  const home = { accountId, repositoryId: asRepositoryId(repository.id) };
  const found: TextFinding[] = [];
  for (const { text, ...place } of textsOf(event, payload as TextPayload)) {
    const hits = await scanText(home, text);
    const name = maskedNameOf(place.kind, text, hits);
    for (const hit of hits) found.push({ ...hit, text: { ...place, ...name } });
  }
  return found;
}

function maskedNameOf(
  kind: EventText["kind"],
  text: string,
  hits: readonly Omit<TextFinding, "text">[],
): { readonly path?: string } {
  if (kind !== "ref-name" || hits.length === 0) return {};
  return {
    path: maskedLine(
      text,
      1,
      hits.map(({ finding }) => finding),
    ),
  };
}

/** What an event brings besides its texts. */
async function takeCommits(
  trx: DbTransaction,
  event: {
    readonly name: string;
    readonly payload: object;
    readonly found: readonly TextFinding[];
    readonly now: Date;
  },
): Promise<readonly Job[]> {
  const { name, payload, found, now } = event;
  if (name === "push") return await takePush(trx, payload as PushPayload, now);
  if (name !== "pull_request") return [];
  const hasKeyInName = found.some(({ text }) => text.kind === "ref-name");
  return await takePullRequest(trx, payload as PullRequestPayload, { hasKeyInName, now });
}

interface EventContext {
  readonly id: string;
  readonly name: string;
  readonly payload: object;
}

type Store = (trx: DbTransaction) => Promise<readonly Job[]>;

/** `prepare` runs before the transaction, which nothing slow should keep open. */
type Taker = (context: EventContext, prepare: () => Store | Promise<Store>) => Promise<void>;

/**
 * The webhook middleware answers 202 after nine seconds, whether or not the delivery is stored,
 * and GitHub would not send it again: so it fails before that.
 */
const TAKE_TIMEOUT_MS = 8_000;

function takerOf({ config, intake, countDelivery, log }: DoorOptions): Taker {
  return async (context, prepare) => {
    const account = accountOf(context.payload);
    if (config.accounts.length > 0 && !config.accounts.includes(account.toLowerCase())) {
      log.warn(
        { event: context.name, account },
        "ignored an event of an account that is not in REKEEPER_ACCOUNTS",
      );
      countDelivery(context.name, "ignored");
      return;
    }
    try {
      const delivery = { id: context.id, event: context.name };
      const outcome = await inTime(async () => intake.take(delivery, await prepare()));
      countDelivery(context.name, outcome);
    } catch (cause) {
      countDelivery(context.name, "failed");
      log.error(
        { event: context.name, delivery: context.id, error: describeError(cause) },
        "a delivery could not be stored; GitHub was told so, redeliver it",
      );
      throw new NotStoredError("the delivery was not stored; redeliver it later");
    }
  };
}

/** Work that is too slow goes on: what it stores after all, a redelivery will find. */
async function inTime<Result>(work: () => Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("it took too long")), TAKE_TIMEOUT_MS);
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

interface Owned {
  readonly repository?: { readonly owner?: { readonly login?: string; readonly name?: string } };
  readonly installation?: { readonly account?: { readonly login?: string } };
  readonly account?: { readonly login?: string };
}

function accountOf(payload: object): string {
  const { repository, installation, account } = payload as Owned;
  return (
    repository?.owner?.login ??
    repository?.owner?.name ??
    account?.login ??
    installation?.account?.login ??
    ""
  );
}
