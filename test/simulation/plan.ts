/** What one seed does to a repository of its own, and what goes wrong meanwhile: data alone. */
import { seededRandom } from "../../src/lib/seeded-random.ts";
import { CREATIONS, type Crash, type Creation, drawCrash } from "./crash.ts";
import { createDraw, type Draw } from "./draw.ts";

export interface Plan {
  readonly seed: number;
  readonly repository: string;
  /** Parents come before their children. */
  readonly commits: readonly PlannedCommit[];
  readonly steps: readonly Step[];
  readonly trouble: Trouble;
}

export interface PlannedCommit {
  readonly name: string;
  readonly parent: string | null;
  /** The keys that a file holds from now on; null deletes it. */
  readonly files: Readonly<Record<string, readonly KeyName[] | null>>;
}

/** `p3`: the fourth key of a known provider; `g0`: the first key that an assignment shows. */
export type KeyName = `p${number}` | `g${number}`;

export type Step = { readonly pauseMs: number } & (
  | { readonly kind: "push"; readonly moves: readonly Move[] }
  | { readonly kind: "open-pull"; readonly branch: string }
  | { readonly kind: "close-pull"; readonly branch: string }
);

export interface Move {
  readonly branch: string;
  /** Null deletes the branch. */
  readonly commit: string | null;
}

export interface Trouble {
  /** Share of the API's requests about this repository that something befalls. */
  readonly apiShare: number;
  readonly gitShare: number;
  readonly webhookShare: number;
  /** Creations of which the first is done, and its answer lost. */
  readonly lostAnswers: readonly Creation[];
  readonly crash: Crash | null;
  readonly clock: ClockJump | null;
}

/** One instance's clock is wrong from a moment on. */
export interface ClockJump {
  readonly slot: number;
  /** What the service's `now` is ahead by. */
  readonly aheadMs: number;
  /** What the system's clock is ahead by, when the instance starts the next time. */
  readonly systemAheadMs: number;
}

const STEPS_MAX = 5;
const PAUSE_MS_MAX = 120;
const COMMITS_PER_PUSH_MAX = 3;
const MINUTE_MS = 60_000;

/** The same seed gives the same plan. */
export function drawPlan(seed: number): Plan {
  const draw = createDraw(seededRandom(`simulation ${seed}`));
  const story = createStory(draw);
  story.push([story.extend("main", story.drawCommits())]);
  const stepCount = draw.integer(1, STEPS_MAX);
  for (let count = 0; count < stepCount; count += 1) story.goOn();
  return {
    seed,
    repository: `seed-${seed}`,
    commits: story.commits,
    steps: story.steps,
    trouble: drawTrouble(draw),
  };
}

function drawTrouble(draw: Draw): Trouble {
  const minutes = (): number => draw.integer(-40, 40) * MINUTE_MS;
  return {
    apiShare: draw.pick([0, 0, 0.05, 0.2]),
    gitShare: draw.pick([0, 0, 0.1]),
    webhookShare: draw.pick([0, 0.2, 0.5]),
    lostAnswers: CREATIONS.filter(() => draw.chance(LOST_SHARE)),
    crash: draw.chance(CRASH_SHARE) ? drawCrash(draw) : null,
    clock: draw.chance(CLOCK_SHARE)
      ? { slot: draw.integer(0, 1), aheadMs: minutes(), systemAheadMs: minutes() }
      : null,
  };
}

/** A start costs half a second of a core, so that not every seed can have one. */
const CRASH_SHARE = 0.2;
const LOST_SHARE = 0.1;
const CLOCK_SHARE = 0.1;

interface Story {
  readonly commits: PlannedCommit[];
  readonly steps: Step[];
  push(moves: readonly Move[]): void;
  /** Commits on top of a branch, or of the main branch where there is none of this name. */
  extend(branch: string, changes: readonly Change[]): Move;
  drawCommits(): readonly Change[];
  /** Adds one step of any kind that is possible now. */
  goOn(): void;
}

const CHANGES = ["note", "leak", "leak-beside", "assign", "edit", "remove", "move"] as const;
type Change = (typeof CHANGES)[number];
type Files = Readonly<Record<string, readonly KeyName[]>>;

function createStory(draw: Draw): Story {
  const commits: PlannedCommit[] = [];
  const steps: Step[] = [];
  const tips = new Map<string, string>();
  const trees = new Map<string, Files>();
  const pulls = new Set<string>();
  let keyCount = 0;
  let branchCount = 0;
  const pauseMs = (): number => draw.integer(0, PAUSE_MS_MAX);
  const branches = (): string[] => [...tips.keys()].filter((name) => name !== "main");
  const newKey = (kind: "p" | "g"): KeyName => `${kind}${keyCount++}`;

  function commit(parent: string | null, change: Change): string {
    const name = `c${commits.length}`;
    const tree = trees.get(parent ?? "") ?? {};
    const files = drawFiles(draw, { change, name, tree, newKey });
    commits.push({ name, parent, files });
    const entries = Object.entries({ ...tree, ...files });
    trees.set(name, Object.fromEntries(entries.filter(([, keys]) => keys !== null)) as Files);
    return name;
  }
  function extend(branch: string, changes: readonly Change[], from?: string): Move {
    let tip = from ?? tips.get(branch) ?? tips.get("main") ?? null;
    for (const change of changes) tip = commit(tip, change);
    return { branch, commit: tip };
  }
  function push(moves: readonly Move[]): void {
    steps.push({ kind: "push", moves, pauseMs: pauseMs() });
    for (const { branch, commit: tip } of moves) {
      if (tip === null) tips.delete(branch);
      else tips.set(branch, tip);
      if (tip === null) pulls.delete(branch);
    }
  }
  const drawCommits = (): readonly Change[] =>
    Array.from({ length: draw.integer(1, COMMITS_PER_PUSH_MAX) }, () => draw.pick(CHANGES));
  const newBranch = (): Move => extend(`b${branchCount++}`, drawCommits());
  const some = (): string => draw.pick(branches());

  const possible: readonly {
    readonly weight: number;
    readonly when: () => boolean;
    run(): void;
  }[] = [
    { weight: 5, when: () => true, run: () => push([extend("main", drawCommits())]) },
    { weight: 4, when: () => true, run: () => push([newBranch()]) },
    {
      weight: 2,
      when: () => true,
      run: () => push([extend("main", drawCommits()), newBranch(), newBranch()]),
    },
    {
      weight: 5,
      when: () => branches().length > 0,
      run: () => push([extend(some(), drawCommits())]),
    },
    {
      weight: 2,
      when: () => branches().length > 0,
      run: () => push([extend(some(), drawCommits(), tips.get("main"))]),
    },
    {
      weight: 1,
      when: () => branches().length > 0,
      run: () => push([{ branch: some(), commit: null }]),
    },
    {
      weight: 5,
      when: () => branches().some((branch) => !pulls.has(branch)),
      run() {
        const branch = draw.pick(branches().filter((name) => !pulls.has(name)));
        pulls.add(branch);
        steps.push({ kind: "open-pull", branch, pauseMs: pauseMs() });
      },
    },
    {
      weight: 1,
      when: () => pulls.size > 0,
      run() {
        const branch = draw.pick([...pulls]);
        pulls.delete(branch);
        steps.push({ kind: "close-pull", branch, pauseMs: pauseMs() });
      },
    },
  ];
  return {
    commits,
    steps,
    push,
    extend,
    drawCommits,
    goOn() {
      draw.weighted(possible.filter(({ when }) => when())).run();
    },
  };
}

interface Scene {
  readonly change: Change;
  /** Of the commit: paths hold it, so that none appears twice. */
  readonly name: string;
  readonly tree: Files;
  readonly newKey: (kind: "p" | "g") => KeyName;
}

function drawFiles(draw: Draw, { change, name, tree, newKey }: Scene): PlannedCommit["files"] {
  const keyed = Object.keys(tree).filter((path) => (tree[path] ?? []).length > 0);
  const [path = ""] = keyed.length > 0 ? [draw.pick(keyed)] : [];
  const keys = tree[path] ?? [];
  if (change === "leak") return { [`${name}.env`]: [newKey("p")] };
  if (change === "assign") return { [`${name}.env`]: [newKey("g")] };
  if (change === "note" || path === "") return { [`${name}.txt`]: [] };
  if (change === "leak-beside") return { [path]: [...keys, newKey("p")] };
  if (change === "edit") return { [path]: keys };
  if (change === "remove") return { [path]: draw.chance(0.5) ? [] : null };
  return { [path]: null, [`${name}-moved.env`]: keys };
}
