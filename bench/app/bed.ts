/** What is measured: services as an operator starts them, beside the stand-in in its own process. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ChildService,
  type KnownGitHub,
  settingsFor,
  startChild,
  waitUntilReady,
} from "../../test/support/child-service.ts";
import { type PostgresUnderTest, startPostgres } from "../../test/support/postgres.ts";
import { waitFor } from "../../test/support/wait-for.ts";
import type { Order, Reply } from "./stand-in.ts";

export interface BedKind {
  readonly database: "embedded" | "PostgreSQL";
  readonly serviceCount: number;
}

export interface Bed {
  readonly doors: readonly string[];
  readonly github: KnownGitHub;
  order<Value>(order: Order): Promise<Value>;
  /** Resolves when no job is waiting or running. */
  idle(): Promise<void>;
  /** Processor time of all services with the git processes that they waited for. */
  cpuMs(): number;
  /** Resident memory of the largest service process. */
  residentBytes(): number;
  stop(): Promise<void>;
}

const PEPPER = "pepper".repeat(8);
const IDLE_TIMEOUT_MS = 1_200_000;

export async function makeBed({ database, serviceCount }: BedKind): Promise<Bed> {
  const folder = mkdtempSync(join(tmpdir(), "rekeeper-bench-"));
  const standIn = fork(join(import.meta.dirname, "stand-in.ts"), [folder]);
  const github = await hear<KnownGitHub>(standIn);
  const postgres = database === "PostgreSQL" ? await startPostgres() : undefined;
  const shared = postgres && {
    DATABASE_URL: await postgres.emptyDatabase(),
    REKEEPER_PEPPER: PEPPER,
  };
  const start = (): ChildService[] =>
    Array.from({ length: serviceCount }, (_, index) =>
      startChild(folder, {
        ...settingsFor(github, join(folder, `service-${index}`)),
        ...shared,
        // As the image and the unit have it.
        MALLOC_ARENA_MAX: "2",
      }),
    );
  // The first start of all makes the database, and compiles what later ones find compiled.
  const first = start();
  await Promise.all(first.map(waitUntilReady));
  await end(first);
  const services = start();
  const doors = await Promise.all(services.map(waitUntilReady));
  const bed: Bed = {
    doors,
    github,
    order: (order) => tell(standIn, order),
    idle: () => waitUntilIdle(doors),
    cpuMs: () => services.reduce((sum, { pid }) => sum + readCpuMs(pid), 0),
    residentBytes: () => Math.max(...services.map(({ pid }) => readResidentBytes(pid))),
    stop: () => stop({ folder, standIn, services, postgres }),
  };
  await bed.order({ do: "doors", urls: doors });
  await bed.order({ do: "announce" });
  await bed.idle();
  return bed;
}

async function tell<Value>(standIn: ChildProcess, order: Order): Promise<Value> {
  const answered = hear<Value>(standIn);
  standIn.send(order);
  return await answered;
}

async function hear<Value>(standIn: ChildProcess): Promise<Value> {
  const [reply] = (await once(standIn, "message")) as [Reply];
  if ("failed" in reply) throw new Error(`the stand-in: ${reply.failed}`);
  return reply.value as Value;
}

async function waitUntilIdle(doors: readonly string[]): Promise<void> {
  const [door = ""] = doors;
  let quiet = 0;
  await waitFor(
    "the end of all jobs",
    async () => {
      const metrics = await (await fetch(new URL("/metrics", door))).text();
      quiet = /^rekeeper_jobs\{.*state="(?:waiting|running)"\} [1-9]/m.test(metrics)
        ? 0
        : quiet + 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return quiet >= 3;
    },
    IDLE_TIMEOUT_MS,
  );
}

const TICK_MS = 10;
const PAGE_BYTES = 4_096;

/** User and system time of a process and of all that it started, from Linux's /proc. */
function readCpuMs(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
  return children
    .filter(Boolean)
    .reduce((sum, child) => sum + readOwnCpuMs(Number(child)), readOwnCpuMs(pid));
}

/** Those of its children count that have ended. */
function readOwnCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0);
}

function readResidentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
}

async function stop(parts: {
  readonly folder: string;
  readonly standIn: ChildProcess;
  readonly services: readonly ChildService[];
  readonly postgres: PostgresUnderTest | undefined;
}): Promise<void> {
  await end(parts.services);
  await parts.postgres?.stop();
  const ended = once(parts.standIn, "exit");
  parts.standIn.disconnect();
  await ended;
  rmSync(parts.folder, { recursive: true, force: true });
}

async function end(services: readonly ChildService[]): Promise<void> {
  for (const service of services) service.kill("SIGTERM");
  await Promise.all(services.map(({ ended }) => ended));
}
