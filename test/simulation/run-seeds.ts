/** Acts out seeds beside each other in one world, brings it to rest, and looks at what is there. */
import { actOut, type Story } from "./act-out.ts";
import { listBroken } from "./invariants.ts";
import { drawPlan } from "./plan.ts";
import { endTrouble } from "./trouble.ts";
import type { World } from "./world.ts";

export interface SeedsRun {
  /** Stories with a broken invariant, and which. */
  readonly broken: readonly { readonly story: Story; readonly sentences: readonly string[] }[];
  readonly stories: readonly Story[];
}

export async function runSeeds(world: World, seeds: readonly number[]): Promise<SeedsRun> {
  const { sandbox } = world;
  const stories = await Promise.all(seeds.map((seed) => actOut(world, drawPlan(seed))));
  // The trouble lasts until all that the seeds have caused was tried in it.
  await world.tried();
  endTrouble(sandbox.state);
  await world.crashes.disarm();
  await comeToRest(world);
  const broken = stories
    .map((story) => ({ story, sentences: listBroken(story, sandbox.state) }))
    .filter((one) => one.sentences.length > 0);
  return { broken, stories };
}

const DAY_MS = 86_400_000;

/** What the schedule would do within hours: take in what was missed, and try again what failed. */
async function comeToRest(world: World): Promise<void> {
  const { slots, pool } = world;
  for (const slot of slots) slot.tell({ kind: "clock", aheadMs: 0 });
  await world.idle();
  await world.recover();
  const { rows } = await pool.query("select 1 from ranges where state <> 'scanned' limit 1");
  if (rows.length === 0) return;
  for (const slot of slots) slot.tell({ kind: "clock", aheadMs: DAY_MS });
  await world.recover();
  for (const slot of slots) slot.tell({ kind: "clock", aheadMs: 0 });
}
