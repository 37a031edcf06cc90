/** Does what a plan says, beside whatever else goes on in the world. */
import { setTimeout as sleep } from "node:timers/promises";
import type { PullRequest } from "../../src/sandbox/conversation.ts";
import type { Plan, PlannedCommit, Step } from "./plan.ts";
import type { Graph } from "./quick-source.ts";
import { renderFile, renderPush } from "./render-push.ts";
import { makeTrouble } from "./trouble.ts";
import type { World } from "./world.ts";

export interface Story {
  readonly plan: Plan;
  readonly repositoryId: number;
  /** Ids of the commits that were made, by their names. */
  readonly ids: ReadonlyMap<string, string>;
  /** As `workOut` takes it. */
  readonly unsent: ReadonlySet<string>;
}

export async function actOut(world: World, plan: Plan): Promise<Story> {
  const { sandbox } = world;
  const { state } = sandbox;
  const { unsent } = makeTrouble(plan, state);
  const { crash, clock } = plan.trouble;
  if (crash !== null) world.crashes.arm(crash, plan.repository);
  if (clock !== null) {
    world.systemAheadMs.set(clock.slot, clock.systemAheadMs);
    world.slots[clock.slot]?.tell({ kind: "clock", aheadMs: clock.aheadMs });
  }
  const { id } = await sandbox.createRepository({ name: plan.repository, private: true });
  const ids = new Map<string, string>();
  const tips = new Map<string, string | null>();
  const pulls = new Map<string, PullRequest>();
  for (const step of plan.steps) {
    await act(world, plan, step, { ids, tips, pulls });
    for (const delivery of unsent) {
      const at = state.deliveries.indexOf(delivery);
      if (at >= 0) state.deliveries.splice(at, 1);
    }
    await sleep(step.pauseMs);
  }
  const names = new Map([...ids].map(([name, commit]) => [commit, name]));
  const told = unsent.map(({ event, payload }) => describeUnsent(event, payload, names));
  return { plan, repositoryId: id, ids, unsent: new Set(told) };
}

interface Made {
  readonly ids: Map<string, string>;
  readonly tips: Map<string, string | null>;
  readonly pulls: Map<string, PullRequest>;
}

async function act(
  { sandbox: { people }, graphs }: World,
  plan: Plan,
  step: Step,
  { ids, tips, pulls }: Made,
): Promise<void> {
  const { seed, repository, commits } = plan;
  if (step.kind === "push") {
    const wanted = commits.filter(({ name }) => !ids.has(name)).filter(isPartOf(step, commits));
    const idOf = (name: string): string => ids.get(name) ?? "";
    const stream = renderPush(seed, wanted, step.moves, idOf);
    const made = Promise.withResolvers<Graph>();
    graphs.set(repository, made.promise);
    const printed = (await people.pushStream(repository, stream)).split("\n");
    for (const [index, { name }] of wanted.entries()) ids.set(name, printed[index] ?? "");
    for (const { branch, commit } of step.moves) tips.set(branch, commit);
    made.resolve(graphOf(plan, ids, tips));
  } else if (step.kind === "open-pull") {
    const title = `Merge ${step.branch}`;
    pulls.set(step.branch, await people.openPullRequest({ repository, head: step.branch, title }));
  } else {
    const pull = pulls.get(step.branch);
    if (pull !== undefined) people.closePullRequest(pull);
  }
}

function graphOf(
  { seed, commits }: Plan,
  ids: ReadonlyMap<string, string>,
  tips: ReadonlyMap<string, string | null>,
): Graph {
  const idOf = (name: string | null): string | undefined =>
    name === null ? undefined : ids.get(name);
  const refs = [...tips].flatMap(([branch, commit]) => {
    const id = idOf(commit);
    return id === undefined ? [] : [[`refs/heads/${branch}`, id] as const];
  });
  const made = commits.flatMap((commit) => {
    const id = idOf(commit.name);
    const files = Object.entries(commit.files).map(
      ([path, keys]) => [path, keys && renderFile(seed, `${commit.name} ${path}`, keys)] as const,
    );
    const parent = idOf(commit.parent) ?? null;
    return id === undefined ? [] : [{ id, parent, files: Object.fromEntries(files) }];
  });
  return { commits: made, refs: Object.fromEntries(refs) };
}

/** Commits that the moved branches lead to. */
function isPartOf(
  { moves }: Extract<Step, { readonly kind: "push" }>,
  commits: readonly PlannedCommit[],
): (commit: PlannedCommit) => boolean {
  const reached = new Set<string | null>(moves.map(({ commit }) => commit));
  for (const { name, parent } of commits.toReversed()) if (reached.has(name)) reached.add(parent);
  return ({ name }) => reached.has(name);
}

interface Payload {
  readonly ref?: string;
  readonly after?: string;
  readonly pull_request?: { readonly head: { readonly ref: string; readonly sha: string } };
}

function describeUnsent(
  event: string,
  payload: Payload,
  names: ReadonlyMap<string, string>,
): string {
  const head = payload.pull_request?.head;
  if (head !== undefined) return `pull ${head.ref} ${names.get(head.sha)}`;
  return `${event} ${payload.ref?.replace("refs/heads/", "")} ${names.get(payload.after ?? "")}`;
}
