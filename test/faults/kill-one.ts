/** One of two services on one PostgreSQL is killed in the middle of 200 pushes, and comes back. */
import { randomInt } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { sleep } from "../../src/lib/sleep.ts";
import { startPostgres } from "../support/postgres.ts";
import { makeManyHeads, pushAll, settle, startCluster } from "./cluster.ts";
import type { Outcome, Scenario } from "./scenario.ts";

export const killOne: Scenario = { name: "kill", runCount: 10, run };

const PUSHES = 200;
const PEPPER = "pepper".repeat(8);
const REQUEST_MAX = 100;
const AWAY_MS = 3_000;

/** During which kind of request it is killed: the answer is then lost, half of the time its own. */
const MOMENTS: readonly (readonly [string, (request: IncomingMessage) => boolean])[] = [
  ["an issue", ({ method, url }) => method === "POST" && url?.endsWith("/issues") === true],
  ["a check", ({ method, url }) => method === "POST" && url?.endsWith("/check-runs") === true],
  ["a fetch", ({ url }) => url?.endsWith("git-upload-pack") === true],
  ["a lookup", ({ method, url }) => method === "GET" && url?.includes("/issues") === true],
  ["any request", () => true],
];

async function run(index: number, folder: string): Promise<Outcome> {
  const postgres = await startPostgres();
  try {
    const shared = { DATABASE_URL: await postgres.emptyDatabase(), REKEEPER_PEPPER: PEPPER };
    const cluster = await startCluster({ folder, services: [shared, shared] });
    try {
      const heads = await makeManyHeads(cluster, PUSHES);
      const [moment = "", matches = () => true] = MOMENTS[index % MOMENTS.length] ?? [];
      const count = randomInt(1, REQUEST_MAX);
      const killing = cluster.nthRequest(count, matches).then(() => cluster.kill(index % 2));
      await Promise.all([pushAll(heads), killing]);
      await sleep(AWAY_MS);
      await cluster.github.sandbox.idle();
      const lost = cluster.lostDeliveries();
      await cluster.start(index % 2);
      const { faults, seconds } = await settle(cluster, heads);
      const note = `killed at ${moment}, number ${count}; ${lost} webhooks refused meanwhile; all checked ${seconds} s after its return`;
      return { pushes: heads.length, ...faults, note };
    } finally {
      await cluster.stop();
    }
  } finally {
    await postgres.stop();
  }
}
