/** A stand-in GitHub, one PostgreSQL, and two instances of the service between them. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { PgBoss } from "pg-boss";
import type { JobName } from "../../src/queue/jobs.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import type { PostgresUnderTest } from "../support/postgres.ts";
import { waitFor } from "../support/wait-for.ts";
import { type CrashControl, createCrashControl } from "./crash-control.ts";
import { startGitHubEdge } from "./github-edge.ts";
import { createGraphs, type Graphs } from "./graphs.ts";
import { watchHolders } from "./holders.ts";
import { createSlot, type Slot } from "./instance-slot.ts";

export interface World {
  readonly sandbox: Sandbox;
  readonly graphs: Graphs;
  readonly slots: readonly Slot[];
  readonly crashes: CrashControl;
  readonly pool: pg.Pool;
  /** Of the service's instances: their data folders with caches and logs. */
  readonly folder: string;
  /** What each slot's clock is ahead by from its next start on. */
  readonly systemAheadMs: Map<number, number>;
  /** Resolves when every job was tried: none runs, and those that are left wait for another try. */
  tried(): Promise<void>;
  /** Resolves when no webhook is under way and no job waits; makes the time of those that wait pass. */
  idle(): Promise<void>;
  /** Has the service look for what it missed, as its schedule does. */
  recover(): Promise<void>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly postgres: PostgresUnderTest;
  /** The `src` that is run. */
  readonly source: string;
}

const INSTANCES = 2;
const PEPPER = "pepper".repeat(8);
const SILENT = { info: () => undefined, warn: () => undefined };

export async function startWorld({ postgres, source }: WorldOptions): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "rekeeper-world-"));
  const databaseUrl = await postgres.emptyDatabase();
  const address = new URL(databaseUrl);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  // An idle connection that the server closes is replaced by the pool.
  pool.on("error", () => undefined);
  const holder: { sandbox?: Sandbox; crashes?: CrashControl } = {};
  const graphs = createGraphs(() => holder.sandbox?.state);
  const github = await startGitHubEdge({
    async handle(request, response) {
      const isGraph = await graphs.answer(request.url ?? "", response);
      if (!isGraph) await holder.sandbox?.handle(request, response);
    },
    judge: (asked) => getCrashes(holder).atGitHub(asked),
  });
  const slots: Slot[] = [];
  let turn = 0;
  const sandbox = await createSandbox({
    dataDir: join(folder, "github"),
    baseUrl: () => github.url,
    repositories: [],
    // Whoever balances the load does not know yet that an instance died.
    webhook: () => ({
      url: slots[turn++ % slots.length]?.url() ?? "",
      secret: sandbox.webhookSecret,
    }),
    now: () => new Date(),
    log: SILENT,
  });
  sandbox.state.limitsContent = false;
  sandbox.state.requestsPerHourMax = Number.MAX_SAFE_INTEGER;
  holder.sandbox = sandbox;
  const instances = join(folder, "instances");
  mkdirSync(instances);
  for (let index = 0; index < INSTANCES; index += 1) {
    slots.push(
      createSlot({
        index,
        source,
        folder: instances,
        socketPath: join(address.searchParams.get("host") ?? "", ".s.PGSQL.5432"),
        database: address.pathname.slice(1),
        environment: environmentOf(sandbox, github.url),
        judge: (statements) => getCrashes(holder).atDatabase(index, statements),
      }),
    );
  }
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: 1,
    supervise: false,
    schedule: false,
  });
  boss.on("error", () => undefined);
  const systemAheadMs = new Map<number, number>();
  const crashes = createCrashControl({
    slots,
    systemAheadMs: (slot) => systemAheadMs.get(slot) ?? 0,
    async bury(name) {
      await holders.bury(name);
      await boss.supervise();
    },
  });
  holder.crashes = crashes;
  await Promise.all(slots.map((slot) => slot.start(0)));
  await boss.start();
  const holders = await watchHolders(pool);
  const world: World = {
    sandbox,
    graphs,
    slots,
    crashes,
    pool,
    folder: instances,
    systemAheadMs,
    tried: () => untilTried(sandbox, slots, pool),
    idle: () => untilIdle(sandbox, slots, pool),
    async recover() {
      await boss.send("recover", {});
      await world.idle();
    },
    async stop() {
      await Promise.all(slots.map((slot) => slot.kill()));
      await sandbox.stop();
      await github.close();
      await boss.stop({ graceful: false });
      await pool.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  sandbox.announceInstallation();
  await world.idle();
  return world;
}

function getCrashes({ crashes }: { readonly crashes?: CrashControl }): CrashControl {
  if (crashes === undefined) throw new Error("the world is not complete yet");
  return crashes;
}

function environmentOf(sandbox: Sandbox, url: string): Readonly<Record<string, string>> {
  return {
    APP_ID: String(sandbox.appId),
    PRIVATE_KEY: sandbox.privateKey,
    WEBHOOK_SECRET: sandbox.webhookSecret,
    GHE_HOST: new URL(url).host,
    GHE_PROTOCOL: "http",
    PORT: "0",
    REKEEPER_PEPPER: PEPPER,
    REKEEPER_SCAN_THREADS: "1",
    REKEEPER_CONTENT_PER_MINUTE_MAX: "0",
    REKEEPER_WRITES_PER_MINUTE_MAX: "0",
  };
}

/** On a machine that does other things as well; alone it takes seconds. */
const IDLE_TIMEOUT_MS = 600_000;

async function untilTried(sandbox: Sandbox, slots: readonly Slot[], pool: pg.Pool): Promise<void> {
  await waitFor(
    "a try of every job",
    async () => {
      await sandbox.idle();
      return await areDone(pool, slots, UNTRIED_JOBS);
    },
    IDLE_TIMEOUT_MS,
  );
}

async function untilIdle(sandbox: Sandbox, slots: readonly Slot[], pool: pg.Pool): Promise<void> {
  await waitFor(
    "the end of all jobs",
    async () => {
      await sandbox.idle();
      await pool.query(HASTEN);
      return await areDone(pool, slots, OPEN_JOBS);
    },
    IDLE_TIMEOUT_MS,
  );
  await sandbox.idle();
}

/** Often enough that no instance waits long, seldom enough that looking is not most of its work. */
const WAKE_MS = 60;

/** Instances that have nothing to do of a kind are not asked to look: it costs each a query. */
async function areDone(pool: pg.Pool, slots: readonly Slot[], jobs: string): Promise<boolean> {
  const { rows } = await pool.query<{ name: JobName; waits: boolean }>(jobs);
  if (rows.length === 0) return true;
  const names = rows.filter(({ waits }) => waits).map(({ name }) => name);
  if (names.length > 0) for (const slot of slots) slot.tell({ kind: "wake", names });
  await sleep(WAKE_MS);
  return false;
}

const UNTRIED_JOBS = `
  select name, bool_or(state <> 'active') as waits from pgboss.job
  where name not like '\\_\\_%'
    and (state = 'active' or (state in ('created', 'retry') and start_after <= pgboss.job_now()))
  group by name
`;

/** What waits for its next attempt is made ready: the time it waits is no part of what is tried. */
const HASTEN = `
  update pgboss.job set start_after = pgboss.job_now()
  where state in ('created', 'retry') and start_after > pgboss.job_now() and name not like '\\_\\_%'
`;

const OPEN_JOBS = `
  select name, bool_or(state <> 'active') as waits from pgboss.job
  where name not like '\\_\\_%' and state in ('created', 'retry', 'active')
  group by name
`;
