/** Starts a sandbox on a free port with a receiver for its webhooks. */
import { execFile } from "node:child_process";
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { observeContract } from "./contract.ts";

interface ReceivedEvent {
  readonly name: string;
  readonly guid: string;
  readonly appId: string;
  readonly signed: boolean;
  readonly payload: ReceivedPayload;
}

/** The fields that tests read one by one; everything else is compared as a whole. */
interface ReceivedPayload {
  readonly action?: string;
  readonly ref?: string;
  readonly commits?: readonly { readonly message: string }[];
  readonly head_commit?: { readonly added: readonly string[] } | null;
  readonly repositories?: readonly unknown[];
  readonly zen?: string;
}

export interface SandboxUnderTest {
  readonly sandbox: Sandbox;
  readonly baseUrl: string;
  /** Webhooks as they came, oldest first. */
  readonly events: ReceivedEvent[];
  /** What the receiver answers and how far the sandbox's clock is ahead; tests change them. */
  readonly knobs: { receiverStatus: number; clockAheadMs: number };
  /** A client that signs in as the App's installation, as the App does. */
  readonly installation: Octokit;
  /** A client that signs in as the App itself. */
  readonly app: Octokit;
  /** Makes an empty repository with a work tree of its own. */
  createRepository(name: string, options?: { readonly private: boolean }): Promise<WorkTree>;
  stop(): Promise<void>;
}

export interface WorkTree {
  readonly name: string;
  readonly dir: string;
  /** Runs git in the work tree; gives what it printed, without the last line break. */
  git(...args: string[]): Promise<string>;
  /** Runs a line of shell in the work tree. */
  shell(script: string): Promise<void>;
}

const run = promisify(execFile);
const SILENT = { info: () => undefined, warn: () => undefined };

export async function startSandbox(): Promise<SandboxUnderTest> {
  const dir = await mkdtemp(join(tmpdir(), "rekeeper-sandbox-"));
  const events: ReceivedEvent[] = [];
  const knobs = { receiverStatus: 200, clockAheadMs: 0 };
  let sandbox: Sandbox | undefined;
  let baseUrl = "";
  const secret = "the secret of this test";
  const receiver = await listen(receiveInto(events, secret, () => knobs.receiverStatus));
  const server = await listen((request, response) => void sandbox?.handle(request, response));
  baseUrl = addressOf(server);
  sandbox = await createSandbox({
    dataDir: dir,
    baseUrl: () => baseUrl,
    repositories: [],
    webhook: () => ({ url: addressOf(receiver), secret }),
    now: () => new Date(Date.now() + knobs.clockAheadMs),
    log: SILENT,
    observe: observeContract("tests"),
  });
  const started = sandbox;
  const credentials = { appId: started.appId, privateKey: started.privateKey };
  const client = (auth: object): Octokit =>
    new Octokit({
      baseUrl: `${baseUrl}/api/v3`,
      authStrategy: createAppAuth,
      auth: { ...credentials, ...auth },
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    });
  return {
    sandbox: started,
    baseUrl,
    events,
    knobs,
    installation: client({ installationId: started.installationId }),
    app: client({}),
    createRepository: (name, options = { private: true }) =>
      createWorkTree(started, dir, { name, ...options }),
    async stop() {
      await started.stop();
      for (const one of [receiver, server]) {
        one.close();
        one.closeAllConnections();
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function ignore(): void {
  // Octokit warns of each refused request, and refusals are what half the tests provoke.
}

function receiveInto(
  events: ReceivedEvent[],
  secret: string,
  status: () => number,
): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const expected = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
      const header = (name: string): string => String(request.headers[name]);
      const signature = Buffer.from(header("x-hub-signature-256"));
      const signed =
        signature.length === expected.length && timingSafeEqual(signature, Buffer.from(expected));
      events.push({
        name: header("x-github-event"),
        guid: header("x-github-delivery"),
        appId: header("x-github-hook-installation-target-id"),
        signed,
        payload: JSON.parse(body.toString("utf8")) as ReceivedPayload,
      });
      response.writeHead(status()).end();
    });
  };
}

async function createWorkTree(
  sandbox: Sandbox,
  parent: string,
  wanted: { readonly name: string; readonly private: boolean },
): Promise<WorkTree> {
  await sandbox.createRepository(wanted);
  const dir = join(parent, `work-${wanted.name}`);
  const env = {
    PATH: process.env["PATH"],
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.org",
    GIT_COMMITTER_NAME: "Mona",
    GIT_COMMITTER_EMAIL: "mona@users.noreply.github.com",
  };
  const git = async (...args: string[]): Promise<string> =>
    (await run("git", ["-C", dir, ...args], { env })).stdout.replace(/\n$/, "");
  await run("git", ["init", "--quiet", "--initial-branch=main", dir], { env });
  await git("remote", "add", "origin", sandbox.pushUrl(wanted.name));
  return {
    name: wanted.name,
    dir,
    git,
    async shell(script) {
      await run("bash", ["-euc", script], { env, cwd: dir });
    },
  };
}

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
