/** That the model says what a reader of the plan would say. */
import { expect, test } from "vitest";
import { type ExpectedHead, workOut } from "./expected.ts";
import type { Plan, PlannedCommit, Step } from "./plan.ts";

type Files = PlannedCommit["files"];

const NO_TROUBLE: Plan["trouble"] = {
  apiShare: 0,
  gitShare: 0,
  webhookShare: 0,
  lostAnswers: [],
  crash: null,
  clock: null,
};

/** @param line commits on top of each other, `c0` first. */
function planOf(line: readonly Files[], steps: readonly Step[]): Plan {
  const commits = line.map((files, index) => ({
    name: `c${index}`,
    parent: index === 0 ? null : `c${index - 1}`,
    files,
  }));
  return { seed: 1, repository: "seed-1", commits, steps, trouble: NO_TROUBLE };
}

function push(branch: string, commit: string | null): Step {
  return { kind: "push", moves: [{ branch, commit }], pauseMs: 0 };
}

function conclusionsOf(heads: readonly ExpectedHead[]): Record<string, string> {
  return Object.fromEntries(
    heads.map(({ commit, allowed }) => [commit, [...allowed].join(" or ")]),
  );
}

const NOTE: Files = { "n.txt": [] };
const LEAK: Files = { "k.env": ["p0"] };

test.each<[string, readonly Files[], readonly Step[], Record<string, string>]>([
  ["a first push with a key fails", [LEAK], [push("main", "c0")], { c0: "failure" }],
  [
    "a key that a later push removes stays with the one that brought it",
    [NOTE, LEAK, { "k.env": [] }],
    [push("main", "c0"), push("main", "c1"), push("main", "c2")],
    { c0: "success", c1: "failure", c2: "success" },
  ],
  [
    "a key that its own push removes fails it",
    [NOTE, LEAK, { "k.env": null }],
    [push("main", "c0"), push("main", "c2")],
    { c0: "success", c2: "failure" },
  ],
  [
    "a moved key and an edit beside one blame nobody",
    [LEAK, { "k.env": null, "m.env": ["p0"] }, { "m.env": ["p0"] }],
    [push("main", "c0"), push("main", "c1"), push("main", "c2")],
    { c0: "failure", c1: "success", c2: "success" },
  ],
  [
    "an unknown key in an assignment is neutral",
    [{ "k.env": ["g0"] }],
    [push("main", "c0")],
    { c0: "neutral" },
  ],
  [
    "a pull request is judged by all that it proposes, while it is open",
    [NOTE, LEAK, { "k.env": [] }],
    [push("main", "c0"), push("b0", "c1"), push("b0", "c2"), openPull("b0")],
    { c0: "success", c1: "failure", c2: "failure" },
  ],
  [
    "a closed pull request is no reason any more",
    [NOTE, LEAK, { "k.env": [] }],
    [push("main", "c0"), push("b0", "c1"), push("b0", "c2"), openPull("b0"), closePull("b0")],
    { c0: "success", c1: "failure", c2: "success" },
  ],
])("%s", (_name, line, steps, conclusions) => {
  const { heads } = workOut(planOf(line, steps), new Set());
  expect(conclusionsOf(heads)).toEqual(conclusions);
  expect(heads.every(({ isRequired }) => isRequired)).toBe(true);
});

test("a push that was never told of needs no check, and its key an issue where a branch leads to it", () => {
  const plan = planOf([NOTE, LEAK], [push("main", "c0"), push("main", "c1")]);
  const { heads, issues } = workOut(plan, new Set(["push main c1"]));
  expect(heads.find(({ commit }) => commit === "c1")?.isRequired).toBe(false);
  expect([...issues]).toEqual(["p0"]);
});

test("what came untold before a push that was told of is not laid to that push", () => {
  const steps = [push("main", "c0"), push("main", "c1"), push("main", "c2")];
  const { heads } = workOut(planOf([NOTE, LEAK, NOTE], steps), new Set(["push main c1"]));
  const head = heads.find(({ commit }) => commit === "c2");
  expect([...(head?.allowed ?? [])]).toEqual(["success"]);
});

function openPull(branch: string): Step {
  return { kind: "open-pull", branch, pauseMs: 0 };
}

function closePull(branch: string): Step {
  return { kind: "close-pull", branch, pauseMs: 0 };
}
