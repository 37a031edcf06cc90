/** Tells what a seed did and what came of it, for somebody who looks for the cause. */
import { sha256Hex } from "../../src/lib/sha256.ts";
import type { SandboxState } from "../../src/sandbox/state.ts";
import type { Story } from "./act-out.ts";
import type { Plan } from "./plan.ts";
import type { World } from "./world.ts";

/** One line per fact; ids are replaced by the plan's names. */
export async function describeStory(world: World, story: Story): Promise<readonly string[]> {
  const { plan, repositoryId, ids, unsent } = story;
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  // The names of refs are kept as hashes, since a key may be in one.
  for (const branch of branchesOf(plan)) names.set(sha256Hex(`refs/heads/${branch}`), branch);
  const { rows: ranges } = await world.pool.query<Record<string, unknown>>(RANGES, [repositoryId]);
  const { rows: jobs } = await world.pool.query<Record<string, unknown>>(JOBS, [repositoryId]);
  const lines = [
    `trouble ${JSON.stringify(plan.trouble)}`,
    ...plan.commits.map(
      ({ name, parent, files }) => `commit ${name} on ${parent}: ${JSON.stringify(files)}`,
    ),
    ...plan.steps.map((step) => `step ${JSON.stringify(step)}`),
    ...[...unsent].map((event) => `unsent ${event}`),
    ...describeDeliveries(world.sandbox.state, plan.repository),
    ...ranges.map((row) => `range ${JSON.stringify(row)}`),
    ...jobs.map((row) => `job ${JSON.stringify(row)}`),
  ];
  return lines.map((line) => line.replace(/\b[0-9a-f]{40,64}\b/g, (id) => names.get(id) ?? id));
}

function branchesOf({ steps }: Plan): readonly string[] {
  return steps.flatMap((step) =>
    step.kind === "push" ? step.moves.map(({ branch }) => branch) : [step.branch],
  );
}

const RANGES = `
  select head, base, source, (select name from refs where refs.id = source_id) as ref, state,
    failure_count from ranges where repository_id = $1 order by id
`;
const JOBS = `
  select name, data, state, retry_count, output ->> 'message' as message from pgboss.job
  where (data ->> 'repositoryId')::bigint = $1
    or (data ->> 'rangeId')::bigint in (select id from ranges where repository_id = $1)
  order by created_on
`;

interface Payload {
  readonly repository?: { readonly name?: string };
  readonly ref?: string;
  readonly before?: string;
  readonly after?: string;
  readonly pull_request?: { readonly head?: { readonly sha?: string } };
}

function describeDeliveries({ deliveries }: SandboxState, repository: string): readonly string[] {
  return deliveries
    .filter(({ payload }) => (payload as Payload).repository?.name === repository)
    .map(({ event, action, payload, status, deliveredAt }) => {
      const { ref, before, after, pull_request } = payload as Payload;
      const about = [action, ref, before, after, pull_request?.head?.sha].filter(Boolean).join(" ");
      return `delivery ${event} ${about}: ${status} at ${deliveredAt.toISOString()}`;
    });
}
