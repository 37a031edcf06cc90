/** The disk under the data folder fills up in the middle of 100 pushes, and is freed again. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { sleep } from "../../src/lib/sleep.ts";
import { startPostgres } from "../support/postgres.ts";
import { type Cluster, makeManyHeads, pushAll, settle, startCluster } from "./cluster.ts";
import type { Outcome, Scenario } from "./scenario.ts";
import { makeSmallDisk, type SmallDisk } from "./small-disk.ts";

/** By turns with the embedded database on that disk, and with git's caches alone. */
export const fillDisk: Scenario = { name: "disk", runCount: 4, run };

const PUSHES = 100;
const PEPPER = "pepper".repeat(8);
const DISK_BYTES = 512 * 1_048_576;
const FULL_MS = 15_000;
/** Requests to GitHub by which the service is in the middle of its work. */
const REQUESTS_BEFORE = 60;

async function run(index: number, folder: string): Promise<Outcome> {
  const diskFolder = join(folder, "disk");
  mkdirSync(diskFolder);
  const disk = await makeSmallDisk(diskFolder, DISK_BYTES);
  const postgres = index % 2 === 0 ? undefined : await startPostgres();
  try {
    const database = postgres && {
      DATABASE_URL: await postgres.emptyDatabase(),
      REKEEPER_PEPPER: PEPPER,
    };
    const service = { ...database, REKEEPER_DATA_DIR: join(diskFolder, "rekeeper") };
    const cluster = await startCluster({ folder, services: [service], launcher: disk.launcher });
    try {
      const what = postgres === undefined ? "embedded database" : "git caches";
      return await fillUnderLoad(cluster, disk, what);
    } finally {
      await cluster.stop();
    }
  } finally {
    await postgres?.stop();
    await disk.remove();
  }
}

async function fillUnderLoad(cluster: Cluster, disk: SmallDisk, what: string): Promise<Outcome> {
  const heads = await makeManyHeads(cluster, PUSHES);
  const filling = cluster.nthRequest(REQUESTS_BEFORE, () => true).then(() => disk.fill());
  const [, bytes] = await Promise.all([pushAll(heads), filling]);
  await sleep(FULL_MS);
  const lost = cluster.lostDeliveries();
  disk.free();
  const ended = await cluster.startEnded();
  const { faults, seconds } = await settle(cluster, heads);
  const megabytes = Math.round(bytes / 1_048_576);
  const note = `disk of the ${what} full for ${FULL_MS / 1_000} s, ${megabytes} MiB taken; ${lost} webhooks refused meanwhile, ${ended} services ended; all checked ${seconds} s after`;
  return { pushes: heads.length, ...faults, note };
}
