/** `npm start` without credentials: the service beside a stand-in GitHub, in one process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pc from "picocolors";
import type { Logger } from "pino";
import type { Config } from "./config/parse-settings.ts";
import { createSandbox, type Sandbox } from "./sandbox/sandbox.ts";
import { startService } from "./service.ts";
import { type HttpServer, startServer } from "./webhook/server.ts";

export interface SandboxService {
  readonly sandbox: Sandbox;
  readonly url: string;
  stop(): Promise<void>;
}

/** The stand-in takes pushes and serves whatever is pushed, so nobody else may reach it. */
const LOOPBACK = "127.0.0.1";

/** Starts both on one port of the loopback address and says how to push. */
export async function startSandboxService(config: Config, log: Logger): Promise<SandboxService> {
  const holder: { sandbox?: Sandbox } = {};
  const server = await startServer({
    host: LOOPBACK,
    port: config.port,
    webhookPath: config.webhookPath,
    fallback: async (request, response) => await holder.sandbox?.handle(request, response),
  });
  const folder = mkdtempSync(join(tmpdir(), "rekeeper-sandbox-"));
  try {
    return await startBeside(server, { config, log, folder, holder });
  } catch (cause) {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
    throw cause;
  }
}

async function startBeside(
  server: HttpServer,
  setup: {
    readonly config: Config;
    readonly log: Logger;
    readonly folder: string;
    /** Takes the stand-in, so that the server leads to it. */
    readonly holder: { sandbox?: Sandbox };
  },
): Promise<SandboxService> {
  const { log, folder, holder } = setup;
  // A tour must not touch the database that an operator has set for the service.
  const { databaseUrl: _url, pepper: _pepper, ...config } = setup.config;
  const sandbox = await createSandbox({
    dataDir: join(folder, "github"),
    baseUrl: () => server.url,
    webhook: () => ({ url: `${server.url}${config.webhookPath}`, secret: sandbox.webhookSecret }),
    now: () => new Date(),
    log,
  });
  holder.sandbox = sandbox;
  const service = await startService({
    config: {
      ...config,
      accounts: [],
      dataDir: join(folder, "rekeeper"),
      github: { apiUrl: `${server.url}/api/v3`, webUrl: server.url },
    },
    credentials: {
      appId: sandbox.appId,
      privateKey: sandbox.privateKey,
      webhookSecret: sandbox.webhookSecret,
    },
    server,
    log,
  });
  sandbox.announceInstallation();
  welcome(server.url, sandbox);
  return {
    sandbox,
    url: server.url,
    async stop() {
      await sandbox.stop();
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function welcome(url: string, sandbox: Sandbox): void {
  const repository = sandbox.state.repositories[0]?.name ?? "shop";
  process.stdout.write(`
${pc.bold("Rekeeper's sandbox")}: a stand-in GitHub with the App installed, on this machine only.

  1. Open     ${pc.cyan(url)}
  2. Clone    ${pc.cyan(`git clone ${sandbox.pushUrl(repository)}`)}
  3. Commit a key (the page makes a random one), and ${pc.cyan("git push")}

The page shows what Rekeeper answers: the check, the comment and the issue. Ctrl-C ends it;
nothing is kept. To use it on GitHub, set the credentials that .env.example explains.
`);
}
