/** Puts a plan's faults between the service and the stand-in GitHub. */
import { seededRandom } from "../../src/lib/seeded-random.ts";
import type { Fault, GitFault, WebhookFault } from "../../src/sandbox/faults.ts";
import type { ApiRequest } from "../../src/sandbox/rest/answer.ts";
import type { Delivery, SandboxState } from "../../src/sandbox/state.ts";
import { GITHUB_EFFECTS } from "./crash.ts";
import type { Plan } from "./plan.ts";

export interface TroubleMaker {
  /** Deliveries of which GitHub will not even know that it should have sent them. */
  readonly unsent: readonly Delivery[];
}

type Kind<One> = Omit<One, "matches" | "times">;

const STALL_MS_MAX = 300;
const API_FAULTS: readonly Kind<Fault>[] = [
  { stallMs: STALL_MS_MAX },
  { answer: { status: 503, body: { message: "Service Unavailable" } } },
  { answer: { status: 502, body: { message: "Bad Gateway" } }, afterWork: true },
  { answer: { status: 500, body: { message: "Server Error" } } },
  { reset: true },
  { reset: true, afterWork: true },
];
const GIT_FAULTS: readonly Kind<GitFault>[] = [{ stallMs: STALL_MS_MAX }, { status: 503 }];
const WEBHOOK_FAULTS: readonly (Kind<WebhookFault> & { readonly isUnsent?: true })[] = [
  { effect: "lost" },
  { effect: "lost", isUnsent: true },
  { effect: "duplicated" },
  { effect: "delayed", delayMs: 200 },
  { effect: "delayed", delayMs: 1_500 },
  { effect: "reordered" },
];
/** Whatever the share is, it ends some time. */
const TIMES_MAX = 1_000;

export function makeTrouble(plan: Plan, state: SandboxState): TroubleMaker {
  const { apiShare, gitShare, webhookShare } = plan.trouble;
  const isOurs = ({ path }: ApiRequest): boolean =>
    path.startsWith(`/repos/${state.organisation.login}/${plan.repository}/`);
  const unsent: Delivery[] = [];
  for (const [index, fault] of API_FAULTS.entries()) {
    const strikes = drawerOf(plan, `api ${index}`, apiShare / API_FAULTS.length);
    state.faults.push({ ...fault, matches: (one) => isOurs(one) && strikes(), times: TIMES_MAX });
  }
  for (const creation of plan.trouble.lostAnswers) {
    const matches = (one: ApiRequest): boolean =>
      isOurs(one) && GITHUB_EFFECTS[creation].test(`${one.method} ${one.path}`);
    state.faults.push({ reset: true, afterWork: true, matches, times: 1 });
  }
  for (const [index, fault] of GIT_FAULTS.entries()) {
    const strikes = drawerOf(plan, `git ${index}`, gitShare / GIT_FAULTS.length);
    const matches: GitFault["matches"] = ({ name }) => name === plan.repository && strikes();
    state.gitFaults.push({ ...fault, matches, times: TIMES_MAX });
  }
  for (const [index, fault] of WEBHOOK_FAULTS.entries()) {
    const strikes = drawerOf(plan, `webhook ${index}`, webhookShare / WEBHOOK_FAULTS.length);
    state.webhookFaults.push({
      ...fault,
      times: TIMES_MAX,
      matches(delivery) {
        if (!isAbout(delivery, plan) || !strikes()) return false;
        if (fault.isUnsent && !mayBeUnsent(delivery)) return false;
        if (fault.isUnsent) unsent.push(delivery);
        return true;
      },
    });
  }
  return { unsent };
}

export function endTrouble(state: SandboxState): void {
  for (const faults of [state.faults, state.gitFaults, state.webhookFaults]) faults.length = 0;
}

function drawerOf({ seed }: Plan, name: string, share: number): () => boolean {
  const random = seededRandom(`simulation ${seed} ${name}`);
  return () => random() < share;
}

function isAbout({ payload }: Delivery, { repository }: Plan): boolean {
  return (payload["repository"] as { readonly name?: string } | undefined)?.name === repository;
}

/** Nothing compares what is closed or gone with what was heard of it. */
function mayBeUnsent({ event, action }: Delivery): boolean {
  return event === "push" || action === "opened" || action === "synchronize";
}
