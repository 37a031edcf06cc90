/** What can go wrong between the App and GitHub, on demand or drawn from a seed. */
import { seededRandom } from "../lib/seeded-random.ts";
import type { Answer, ApiRequest } from "./rest/answer.ts";
import type { Delivery, Repository, SandboxState } from "./state.ts";

/** A fault is used up by what it befalls, `times` times; the first that matches counts. */
interface Limited {
  times: number;
}

/** What befalls a REST request. Without `answer` or `reset` the real answer follows the stall. */
export interface Fault extends Limited {
  readonly matches: (request: ApiRequest) => boolean;
  readonly stallMs?: number;
  /** Sent in place of the real answer. */
  readonly answer?: Answer;
  /** The request is done before its answer is lost to `answer` or `reset`. */
  readonly afterWork?: boolean;
  /** The connection is cut instead of an answer. */
  readonly reset?: boolean;
}

export type GitService = "git-upload-pack" | "git-receive-pack";

/** What befalls a git request, the listing of refs included. */
export interface GitFault extends Limited {
  readonly matches: (repository: Repository, service: GitService) => boolean;
  readonly stallMs?: number;
  /** HTTP status of a refusal, such as 503. */
  readonly status?: number;
}

/** What befalls a webhook: it never leaves, leaves twice, or leaves after later ones. */
export interface WebhookFault extends Limited {
  readonly matches: (delivery: Delivery) => boolean;
  readonly effect: "lost" | "duplicated" | "delayed" | "reordered";
  /** For `delayed`. */
  readonly delayMs?: number;
}

/** The first fault that matches, used up by one; undefined where none does. */
export function takeFault<One extends Limited>(
  faults: One[],
  matches: (fault: One) => boolean,
): One | undefined {
  const at = faults.findIndex(matches);
  const fault = faults[at];
  if (fault === undefined) return undefined;
  fault.times -= 1;
  if (fault.times <= 0) faults.splice(at, 1);
  return fault;
}

export interface FaultPlan {
  /** The same seed makes the same requests fail, in order of arrival. */
  readonly seed: string;
  /** Share of the REST requests, git requests, webhooks that something befalls: from 0 to 1. */
  readonly share: number;
  /** Faults in all, after which everything works again. */
  readonly faultsMax: number;
}

const STALL_MS = 200;
const DELAY_MS = 100;
const BAD_GATEWAY: Answer = { status: 502, body: { message: "Bad Gateway" } };
const UNAVAILABLE: Answer = { status: 503, body: { message: "Service Unavailable" } };

const API_FAULTS: readonly Omit<Fault, "matches" | "times">[] = [
  { stallMs: STALL_MS },
  { answer: UNAVAILABLE },
  { answer: BAD_GATEWAY, afterWork: true },
  { reset: true },
  { reset: true, afterWork: true },
];
const GIT_FAULTS: readonly Omit<GitFault, "matches" | "times">[] = [
  { stallMs: STALL_MS },
  { status: 503 },
];
const WEBHOOK_FAULTS: readonly Omit<WebhookFault, "matches" | "times">[] = [
  { effect: "lost" },
  { effect: "duplicated" },
  { effect: "delayed", delayMs: DELAY_MS },
  { effect: "reordered" },
];

/** Adds faults drawn from the seed: each kind gets an even part of `faultsMax`. */
export function planFaults(state: SandboxState, plan: FaultPlan): void {
  const draw = (name: string, kinds: number): (() => boolean) => {
    const random = seededRandom(`${plan.seed}:${name}`);
    return () => random() < plan.share / kinds;
  };
  const kinds = API_FAULTS.length + GIT_FAULTS.length + WEBHOOK_FAULTS.length;
  const times = Math.ceil(plan.faultsMax / kinds);
  for (const [index, fault] of API_FAULTS.entries()) {
    state.faults.push({ ...fault, matches: draw(`api ${index}`, API_FAULTS.length), times });
  }
  for (const [index, fault] of GIT_FAULTS.entries()) {
    state.gitFaults.push({ ...fault, matches: draw(`git ${index}`, GIT_FAULTS.length), times });
  }
  for (const fault of WEBHOOK_FAULTS) {
    const matches = draw(fault.effect, WEBHOOK_FAULTS.length);
    state.webhookFaults.push({ ...fault, matches, times });
  }
}
