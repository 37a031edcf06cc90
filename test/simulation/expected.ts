/** What a plan must lead to, worked out from the plan alone: an independent little model. */
import type { KeyName, Move, Plan, PlannedCommit } from "./plan.ts";

export type Conclusion = "success" | "neutral" | "failure";

export interface ExpectedHead {
  readonly commit: string;
  /** False where nothing that was sent tells of the head: then a check may be missing. */
  readonly isRequired: boolean;
  /** More than one where it depends on the order in which things were heard of. */
  readonly allowed: ReadonlySet<Conclusion>;
}

export interface Expected {
  readonly heads: readonly ExpectedHead[];
  /** Keys that must have an issue, and those that may. */
  readonly issues: ReadonlySet<KeyName>;
  readonly issuesAllowed: ReadonlySet<KeyName>;
}

/** What GitHub never told: `push b1 c4`, `pull b1 c4`. */
export type Unsent = ReadonlySet<string>;

/** Which alternatives there are for one reason to judge a head; null: it may not be judged by it. */
interface Reason {
  readonly commit: string;
  readonly isSent: boolean;
  readonly alternatives: readonly (ReadonlySet<KeyName> | null)[];
}

export function workOut(plan: Plan, unsent: Unsent): Expected {
  const { reasons, tips } = listReasons(plan, unsent);
  const heads = [...Map.groupBy(reasons, ({ commit }) => commit)].map(([commit, own]) => ({
    commit,
    isRequired: own.some(({ isSent }) => isSent),
    allowed: combine(own),
  }));
  const history = createHistory(plan.commits);
  const issues = new Set<KeyName>();
  const issuesAllowed = new Set<KeyName>();
  for (const { isSent, alternatives } of reasons) {
    for (const keys of alternatives) {
      for (const key of keys ?? []) {
        if (isProviders(key)) issuesAllowed.add(key);
        if (isProviders(key) && isSent && alternatives.length === 1) issues.add(key);
      }
    }
  }
  // What no webhook told of is found where a branch still leads to it.
  for (const tip of tips) {
    for (const key of history.introduced(tip, [])) {
      if (!isProviders(key)) continue;
      issues.add(key);
      issuesAllowed.add(key);
    }
  }
  return { heads, issues, issuesAllowed };
}

function isProviders(key: KeyName): boolean {
  return key.startsWith("p");
}

/** The worst of each choice of alternatives. */
function combine(reasons: readonly Reason[]): ReadonlySet<Conclusion> {
  let ranks = new Set([0]);
  for (const { alternatives } of reasons) {
    const own = alternatives.map((keys) => (keys === null ? 0 : rankOf(keys)));
    ranks = new Set([...ranks].flatMap((rank) => own.map((other) => Math.max(rank, other))));
  }
  return new Set([...ranks].map((rank) => CONCLUSIONS[rank] ?? "failure"));
}

const CONCLUSIONS: readonly Conclusion[] = ["success", "neutral", "failure"];

function rankOf(keys: ReadonlySet<KeyName>): number {
  if ([...keys].some(isProviders)) return 2;
  return keys.size > 0 ? 1 : 0;
}

interface Pull {
  readonly branch: string;
  readonly heads: string[];
  isOpen: boolean;
}

interface Scene {
  readonly plan: Plan;
  readonly unsent: Unsent;
  readonly history: History;
  readonly reasons: Reason[];
  readonly tips: Map<string, string>;
  /** What each branch has pointed to since it was last created. */
  readonly pasts: Map<string, string[]>;
  readonly pulls: Pull[];
}

function listReasons(
  plan: Plan,
  unsent: Unsent,
): { readonly reasons: readonly Reason[]; readonly tips: readonly string[] } {
  const scene: Scene = {
    plan,
    unsent,
    history: createHistory(plan.commits),
    reasons: [],
    tips: new Map(),
    pasts: new Map(),
    pulls: [],
  };
  for (const step of plan.steps) {
    if (step.kind === "push") for (const move of mainFirst(step.moves)) applyMove(scene, move);
    const pull = scene.pulls.find(
      (one) => one.isOpen && "branch" in step && one.branch === step.branch,
    );
    if (step.kind === "close-pull" && pull !== undefined) pull.isOpen = false;
    if (step.kind === "open-pull") {
      const heads = [scene.tips.get(step.branch) ?? ""];
      scene.pulls.push({ branch: step.branch, heads, isOpen: true });
    }
  }
  for (const pull of scene.pulls) scene.reasons.push(...reasonsOfPull(scene, pull));
  return { reasons: scene.reasons, tips: [...scene.tips.values()] };
}

function mainFirst(moves: readonly Move[]): readonly Move[] {
  return moves.toSorted((a, b) => Number(b.branch === "main") - Number(a.branch === "main"));
}

function applyMove(scene: Scene, { branch, commit }: Move): void {
  const { tips, pasts, pulls, history, unsent, reasons } = scene;
  const pull = pulls.find((one) => one.isOpen && one.branch === branch);
  if (commit === null) {
    tips.delete(branch);
    pasts.delete(branch);
    if (pull !== undefined) pull.isOpen = false;
    return;
  }
  pull?.heads.push(commit);
  const past = pasts.get(branch) ?? [];
  const main = branch === "main" ? [] : [tips.get("main") ?? ""];
  const introduced = (before: string | undefined): ReadonlySet<KeyName> =>
    history.introduced(commit, before === undefined ? main : [before]);
  const isSent = !unsent.has(`push ${branch} ${commit}`);
  const last = past.at(-1);
  // One of which nothing told is found by the push after it, or judged from an earlier tip.
  const alternatives = isSent
    ? [introduced(last)]
    : [null, ...[undefined, ...past].map(introduced)];
  reasons.push({ commit, isSent, alternatives });
  tips.set(branch, commit);
  pasts.set(branch, [...past, commit]);
}

function reasonsOfPull({ unsent, history, tips }: Scene, pull: Pull): readonly Reason[] {
  return pull.heads.map((commit, index) => {
    const isLast = index === pull.heads.length - 1;
    const proposed = history.introduced(commit, [tips.get("main") ?? ""]);
    // A closed pull request is no reason any more; only its last head is judged again for that.
    if (!pull.isOpen)
      return { commit, isSent: false, alternatives: isLast ? [null] : [null, proposed] };
    const isSent = !unsent.has(`pull ${pull.branch} ${commit}`);
    // What is open when all is compared is found without its webhook.
    const isKnown = isSent || isLast;
    return { commit, isSent: isKnown, alternatives: isKnown ? [proposed] : [null, proposed] };
  });
}

interface History {
  /** Keys that some commit adds which the head reaches and no base does. */
  introduced(head: string, bases: readonly string[]): ReadonlySet<KeyName>;
}

function createHistory(commits: readonly PlannedCommit[]): History {
  const byName = new Map(commits.map((commit) => [commit.name, commit]));
  const trees = new Map<string, ReadonlyMap<string, readonly KeyName[]>>();
  const added = new Map<string, ReadonlySet<KeyName>>();
  for (const { name, parent, files } of commits) {
    const before = trees.get(parent ?? "") ?? new Map<string, readonly KeyName[]>();
    const after = new Map(before);
    const replaced = new Set<KeyName>();
    for (const [path, keys] of Object.entries(files)) {
      if (keys === null) for (const key of before.get(path) ?? []) replaced.add(key);
      if (keys === null) after.delete(path);
      else after.set(path, keys);
    }
    const fresh = Object.entries(files).flatMap(([path, keys]) =>
      (keys ?? []).filter((key) => !replaced.has(key) && !before.get(path)?.includes(key)),
    );
    trees.set(name, after);
    added.set(name, new Set(fresh));
  }
  const lineOf = (head: string): readonly string[] => {
    const line: string[] = [];
    for (let at = byName.get(head); at !== undefined; at = byName.get(at.parent ?? "")) {
      line.push(at.name);
    }
    return line;
  };
  return {
    introduced(head, bases) {
      const known = new Set(bases.flatMap(lineOf));
      const held = new Set(bases.flatMap((base) => [...(trees.get(base)?.values() ?? [])].flat()));
      const range = lineOf(head).filter((name) => !known.has(name));
      const keys = range.flatMap((name) => [...(added.get(name) ?? [])]);
      return new Set(keys.filter((key) => !held.has(key)));
    },
  };
}
