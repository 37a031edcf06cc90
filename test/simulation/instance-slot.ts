/** A place at which instances of the service run one after another, each as a process. */
import { type ChildProcess, fork } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DatabaseEdge, type Judgement, startDatabaseEdge } from "./database-edge.ts";
import type { FromInstance, InstanceSetup, ToInstance } from "./instance-protocol.ts";

export interface Slot {
  readonly index: number;
  /** Of the instance that runs, or ran last: `left-3`. */
  name(): string;
  /** Where its webhooks go. */
  url(): string;
  isUp(): boolean;
  /** Starts an instance in a new data folder; resolves when it takes webhooks. */
  start(systemAheadMs: number): Promise<void>;
  /** Ends it at once, as a failing machine would; what it was about to say is not said. */
  kill(): Promise<void>;
  tell(message: ToInstance): void;
}

export interface SlotOptions {
  readonly index: number;
  readonly folder: string;
  readonly source: string;
  readonly socketPath: string;
  readonly database: string;
  /** Of the App and its GitHub. */
  readonly environment: Readonly<Record<string, string>>;
  readonly judge: (statements: readonly string[]) => Judgement;
}

const INSTANCE = join(import.meta.dirname, "instance.ts");
const NAMES = ["left", "right"];
/** Nothing listens there. */
const NOWHERE = "http://127.0.0.1:9/";
const START_TIMEOUT_MS = 60_000;

export function createSlot(options: SlotOptions): Slot {
  const { index, folder } = options;
  let generation = 0;
  let url = NOWHERE;
  let running: { readonly child: ChildProcess; readonly edge: DatabaseEdge } | undefined;
  const name = (): string => `${NAMES[index] ?? index}-${generation}`;
  return {
    index,
    name,
    url: () => url,
    isUp: () => running !== undefined,
    async start(systemAheadMs) {
      generation += 1;
      const dataDir = join(folder, name());
      mkdirSync(dataDir, { recursive: true });
      const edge = await startDatabaseEdge(options);
      const setup = join(folder, `${name()}.json`);
      writeFileSync(
        setup,
        JSON.stringify(setupOf(options, { name: name(), dataDir, port: edge.port, systemAheadMs })),
      );
      const log = openSync(join(dataDir, "log"), "a");
      const child = fork(INSTANCE, [setup], { stdio: ["ignore", log, log, "ipc"] });
      closeSync(log);
      running = { child, edge };
      url = await untilReady(child);
    },
    async kill() {
      const dying = running;
      if (dying === undefined) return;
      running = undefined;
      dying.child.kill("SIGKILL");
      // Its connections end with it: nothing that it has sent on the way takes effect any more.
      await dying.edge.close();
    },
    tell(message) {
      if (running?.child.connected) running.child.send(message);
    },
  };
}

function setupOf(
  { environment, database, source }: SlotOptions,
  {
    name,
    dataDir,
    port,
    systemAheadMs,
  }: { name: string; dataDir: string; port: number; systemAheadMs: number },
): InstanceSetup {
  return {
    source,
    name,
    systemAheadMs,
    environment: {
      ...environment,
      REKEEPER_DATA_DIR: dataDir,
      DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/${database}?application_name=${name}`,
    },
  };
}

/** An instance that is killed while it starts is not waited for. */
async function untilReady(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => reject(new Error("an instance did not start")), START_TIMEOUT_MS);
  child.on("message", (message: FromInstance) => {
    if ("url" in message) resolve(message.url);
  });
  child.once("exit", (code, signal) => {
    if (signal === "SIGKILL") resolve(NOWHERE);
    else reject(new Error(`an instance ended with ${code ?? signal}; see its log`));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
