/** PostgreSQL goes away under 200 pushes and comes back, three times; two services live through it. */
import { sleep } from "../../src/lib/sleep.ts";
import { startPostgres } from "../support/postgres.ts";
import { makeManyHeads, pushAll, settle, startCluster } from "./cluster.ts";
import type { Outcome, Scenario } from "./scenario.ts";

export const restartPostgres: Scenario = { name: "postgres", runCount: 2, run };

const PUSHES = 200;
const PEPPER = "pepper".repeat(8);
/** How long it is away each time, and what passes before the next. */
const AWAY_MS: readonly number[] = [0, 2_000, 6_000];
const BETWEEN_MS = 5_000;

async function run(_index: number, folder: string): Promise<Outcome> {
  const postgres = await startPostgres();
  try {
    const shared = { DATABASE_URL: await postgres.emptyDatabase(), REKEEPER_PEPPER: PEPPER };
    const cluster = await startCluster({ folder, services: [shared, shared] });
    try {
      const heads = await makeManyHeads(cluster, PUSHES);
      const restarts = (async () => {
        for (const pauseMs of AWAY_MS) {
          await sleep(BETWEEN_MS);
          await postgres.restart(pauseMs);
        }
      })();
      await Promise.all([pushAll(heads), restarts]);
      await cluster.github.sandbox.idle();
      const lost = cluster.lostDeliveries();
      const { faults, seconds } = await settle(cluster, heads);
      const ended = await cluster.startEnded();
      const note = `${AWAY_MS.length} restarts; ${lost} webhooks refused meanwhile, ${ended} services ended; all checked ${seconds} s after`;
      return { pushes: heads.length, ...faults, note };
    } finally {
      await cluster.stop();
    }
  } finally {
    await postgres.stop();
  }
}
