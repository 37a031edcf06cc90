/** Everything the stand-in GitHub knows, held in memory in one place. */
import type {
  Issue,
  IssueComment,
  PullRequest,
  Reaction,
  Release,
  Review,
  ReviewComment,
} from "./conversation.ts";
import type { Fault, GitFault, WebhookFault } from "./faults.ts";
import type { ApiRequest } from "./rest/answer.ts";

/** Entries kept of each growing list; the oldest go first, so that a long visit stays small. */
const ENTRIES_MAX = 10_000;
/** Deliveries hold whole payloads, so fewer of them are kept. */
export const DELIVERIES_MAX = 2_000;

export interface SandboxState {
  readonly organisation: Account;
  /** People and bots, the visitor first: pushes and clicks are theirs. */
  readonly accounts: Account[];
  /** Logins of the people who belong to the organisation. */
  readonly members: Set<string>;
  readonly visitor: Account;
  readonly bot: Account;
  readonly repositories: Repository[];
  /** What a repository was called before, `owner/name` in lower case: GitHub leads on from there. */
  readonly formerNames: Map<string, Repository>;
  readonly pushes: Push[];
  readonly checkSuites: CheckSuite[];
  readonly checkRuns: CheckRun[];
  readonly issues: Issue[];
  readonly pulls: PullRequest[];
  /** Comments on issues or pull requests; those on lines of a diff are `reviewComments`. */
  readonly comments: IssueComment[];
  readonly reviews: Review[];
  readonly reviewComments: ReviewComment[];
  readonly reactions: Reaction[];
  readonly releases: Release[];
  readonly labels: Label[];
  readonly deliveries: Delivery[];
  /** What was asked of the REST API, oldest first: method, path, body, answered status. */
  readonly requests: ApiRequest[];
  /** What goes wrong with REST requests, git requests, webhooks; see faults.ts. */
  readonly faults: Fault[];
  readonly gitFaults: GitFault[];
  readonly webhookFaults: WebhookFault[];
  /** REST calls one installation may make in an hour; GitHub's smallest figure by default. */
  requestsPerHourMax: number;
  /** Whether creating more than 80 texts in a minute, 500 in an hour, is refused as on GitHub. */
  limitsContent: boolean;
  /** Set while the organisation has the App suspended. */
  suspendedAt: Date | null;
  /** A number that nothing else in this sandbox has. */
  nextId(): number;
  /** Tells every listener that something a page shows is different now. */
  changed(): void;
  /** Calls `listener` after each change; returns the function that ends this. */
  subscribe(listener: () => void): () => void;
}

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: "Organization" | "User" | "Bot";
}

export type RepositoryRole = "admin" | "maintain" | "write" | "triage" | "read";

export interface Repository {
  readonly id: number;
  name: string;
  owner: Account;
  /** Role by login; who is not listed has none. */
  readonly roles: Map<string, RepositoryRole>;
  readonly createdAt: Date;
  /** What it was forked from. */
  readonly source: Repository | null;
  /** Whether the App's installation covers it: only then does the App hear of it or reach it. */
  installed: boolean;
  private: boolean;
  hasIssues: boolean;
  archived: boolean;
  defaultBranch: string;
  pushedAt: Date;
  /** Number of the issue or pull request opened last. */
  issueNumber: number;
}

export interface Push {
  readonly id: number;
  readonly repository: Repository;
  readonly sender: Account;
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly forced: boolean;
  readonly commitCount: number;
  /** First line of the newest commit's message; empty where a ref was deleted. */
  readonly headline: string;
  readonly at: Date;
}

export interface CheckSuite {
  readonly id: number;
  readonly repository: Repository;
  readonly headSha: string;
  readonly createdAt: Date;
  headBranch: string | null;
  before: string | null;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  updatedAt: Date;
}

export const CHECK_STATUSES = ["queued", "in_progress", "completed"] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** What an App may conclude; `stale` is GitHub's own, so it is not among them. */
export const CHECK_CONCLUSIONS = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "timed_out",
] as const;
export type CheckConclusion = (typeof CHECK_CONCLUSIONS)[number];

export interface CheckRun {
  readonly id: number;
  readonly suite: CheckSuite;
  name: string;
  externalId: string;
  detailsUrl: string | null;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  startedAt: Date | null;
  completedAt: Date | null;
  output: { title: string | null; summary: string | null; text: string | null };
  readonly annotations: Annotation[];
  actions: readonly CheckAction[];
}

export interface Annotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn: number | null;
  readonly endColumn: number | null;
  readonly level: "notice" | "warning" | "failure";
  readonly message: string;
  readonly title: string | null;
  readonly rawDetails: string | null;
}

export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

export interface Label {
  readonly id: number;
  readonly repository: Repository;
  readonly name: string;
  readonly color: string;
}

/** One attempt to send a webhook; a redelivery is a new attempt with the same `guid`. */
export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly repositoryId: number | null;
  readonly redelivery: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
  deliveredAt: Date;
  durationS: number;
  /** As GitHub words it: `OK`, `Invalid HTTP Response: 500`, `timed out`; `pending` until known. */
  status: string;
  statusCode: number;
}

export interface StateOptions {
  readonly organisation: string;
  readonly botLogin: string;
  /**
   * Ids count from here. Another figure at each start keeps an App whose database outlived the
   * last start from taking new things for old ones.
   */
  readonly firstId: number;
}

/** A member of the organisation who may only read. */
export const GUEST_LOGIN = "hubot";

/** An organisation without repositories, whose visitor is called `mona`. */
export function createState({ organisation, botLogin, firstId }: StateOptions): SandboxState {
  let lastId = firstId - 1;
  const nextId = (): number => ++lastId;
  const account = (login: string, type: Account["type"]): Account => ({
    id: nextId(),
    login,
    type,
  });
  const owner = account(organisation, "Organization");
  const visitor = account("mona", "User");
  const bot = account(botLogin, "Bot");
  const listeners = new Set<() => void>();
  return {
    organisation: owner,
    accounts: [visitor, account(GUEST_LOGIN, "User"), bot, owner],
    visitor,
    bot,
    members: new Set([visitor.login, GUEST_LOGIN]),
    repositories: [],
    formerNames: new Map(),
    pushes: [],
    checkSuites: [],
    checkRuns: [],
    issues: [],
    pulls: [],
    comments: [],
    reviews: [],
    reviewComments: [],
    reactions: [],
    releases: [],
    labels: [],
    deliveries: [],
    requests: [],
    faults: [],
    gitFaults: [],
    webhookFaults: [],
    requestsPerHourMax: 5_000,
    limitsContent: true,
    suspendedAt: null,
    nextId,
    changed() {
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Appends to one of the lists of the state, forgetting its oldest entry when the list is full. */
export function remember<Entry>(
  list: Entry[],
  entry: Entry,
  entriesMax: number = ENTRIES_MAX,
): Entry {
  list.push(entry);
  if (list.length > entriesMax) list.shift();
  return entry;
}

export function findAccount(state: SandboxState, login: string): Account | undefined {
  const wanted = login.toLowerCase();
  return state.accounts.find((account) => account.login.toLowerCase() === wanted);
}

/** GitHub compares owner and repository without regard to case, so does this. */
export function findRepository(
  state: SandboxState,
  owner: string,
  name: string,
): Repository | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  return state.repositories.find(
    (repository) => `${repository.owner.login}/${repository.name}`.toLowerCase() === wanted,
  );
}
