/** Which event goes where: verifies by probot, filters accounts, and hands over to one file each. */
import { createNodeMiddleware, Probot, ProbotOctokit } from "probot";
import type { Config, Credentials } from "../config/parse-settings.ts";
import type { DbTransaction } from "../db/schema.ts";
import type { Intake, Job } from "./intake.ts";
import { takeInstallation } from "./installation.ts";
import { takePush } from "./push.ts";
import { takeRerequest } from "./rerequest.ts";

export interface DoorOptions {
  readonly config: Pick<Config, "accounts" | "webhookPath">;
  readonly credentials: Credentials;
  readonly intake: Intake;
  readonly now: () => Date;
  readonly log: DoorLog;
}

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

/** @returns the webhook middleware; it answers 2xx only after a delivery is stored. */
export async function createDoor(options: DoorOptions): Promise<DoorMiddleware> {
  const probot = new Probot({
    appId: options.credentials.appId,
    privateKey: options.credentials.privateKey,
    secret: options.credentials.webhookSecret,
    // The door calls nothing on GitHub; probot would otherwise start its own pacing.
    Octokit: ProbotOctokit.defaults({ throttle: { enabled: false } }),
    // Probot logs a failed event with its payload; what failed is logged here, without it.
    logLevel: "fatal",
  });
  return await createNodeMiddleware((app) => register(app, options), {
    probot,
    webhooksPath: options.config.webhookPath,
  });
}

function register(app: Probot, options: DoorOptions): void {
  const { credentials, now } = options;
  const take = takerOf(options);
  app.on("push", (context) => take(context, (trx) => takePush(trx, context.payload, now())));
  app.on(["check_run.rerequested", "check_suite.rerequested"], (context) =>
    take(context, (trx) =>
      takeRerequest(trx, context.payload, { appId: credentials.appId, now: now() }),
    ),
  );
  app.on(["installation", "installation_repositories", "installation_target"], (context) =>
    take(context, (trx) => takeInstallation(trx, context.payload as never, now())),
  );
}

interface EventContext {
  readonly id: string;
  readonly name: string;
  readonly payload: object;
}

type Taker = (
  context: EventContext,
  store: (trx: DbTransaction) => Promise<readonly Job[]>,
) => Promise<void>;

function takerOf({ config, intake, log }: DoorOptions): Taker {
  return async (context, store) => {
    const account = accountOf(context.payload);
    if (config.accounts.length > 0 && !config.accounts.includes(account.toLowerCase())) {
      log.warn({ event: context.name, account }, "ignored an event of an account that is not in REKEEPER_ACCOUNTS");
      return;
    }
    try {
      await intake.take({ id: context.id, event: context.name }, store);
    } catch (cause) {
      log.error(
        { event: context.name, delivery: context.id, error: nameOf(cause) },
        "a delivery could not be stored; GitHub was told so, redeliver it",
      );
      throw new NotStoredError("the delivery was not stored; redeliver it later");
    }
  };
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

function nameOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : "unknown";
}
