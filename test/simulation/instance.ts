/** The process of one instance: the real service, with a clock that may be wrong. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import {
  type FromInstance,
  INSTANCE_HEADER,
  type InstanceSetup,
  type ToInstance,
} from "./instance-protocol.ts";

type ServiceModule = typeof import("../../src/service.ts");
type ServerModule = typeof import("../../src/webhook/server.ts");
type SettingsModule = typeof import("../../src/config/parse-settings.ts");

const setup: InstanceSetup = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
moveSystemClock(setup.systemAheadMs);
nameRequests(setup.name);
await run();

async function run(): Promise<void> {
  const load = async (path: string): Promise<object> => await import(join(setup.source, path));
  const { startService } = (await load("service.ts")) as ServiceModule;
  const { startServer } = (await load("webhook/server.ts")) as ServerModule;
  const { parseSettings } = (await load("config/parse-settings.ts")) as SettingsModule;
  const config = parseSettings({ PATH: process.env["PATH"], ...setup.environment });
  const { credentials } = config;
  if (credentials === undefined) throw new Error("an instance needs credentials");
  const clock = { aheadMs: 0 };
  const now = (): Date => new Date(Date.now() + clock.aheadMs);
  const server = await startServer(config);
  const log = pino({ level: config.logLevel });
  const service = await startService({ config, credentials, server, log, now });
  process.on("message", (message: ToInstance) => {
    if (message.kind === "clock") clock.aheadMs = message.aheadMs;
    if (message.kind === "wake") for (const name of message.names) service.queue.wake(name);
  });
  // Nobody is left for whom to run.
  process.on("disconnect", () => process.exit());
  process.send?.({ url: `${server.url}${config.webhookPath}` } satisfies FromInstance);
}

function moveSystemClock(aheadMs: number): void {
  const RealDate = Date;
  class MovedDate extends RealDate {
    constructor(...parts: [] | [number | string | Date]) {
      if (parts.length === 0) super(RealDate.now() + aheadMs);
      else super(...parts);
    }
    static override now(): number {
      return RealDate.now() + aheadMs;
    }
  }
  globalThis.Date = MovedDate as DateConstructor;
}

function nameRequests(name: string): void {
  const send = globalThis.fetch;
  globalThis.fetch = (address, options) => {
    const headers = new Headers(options?.headers);
    headers.set(INSTANCE_HEADER, name);
    return send(address, { ...options, headers });
  };
}
