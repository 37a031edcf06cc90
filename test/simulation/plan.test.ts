/** That a seed is a plan, and that plans have everything in them. */
import { expect, test } from "vitest";
import { drawPlan } from "./plan.ts";
import { renderPush } from "./render-push.ts";

const plans = Array.from({ length: 500 }, (_, index) => drawPlan(index));

test("the same seed gives the same plan, another seed another", () => {
  expect(drawPlan(7)).toEqual(drawPlan(7));
  expect(drawPlan(7).steps).not.toEqual(drawPlan(8).steps);
});

test("five hundred seeds have every kind of step, change, trouble and crash", () => {
  const steps = plans.flatMap((plan) => plan.steps);
  expect(new Set(steps.map(({ kind }) => kind))).toEqual(
    new Set(["push", "open-pull", "close-pull"]),
  );
  const moves = steps.flatMap((step) => (step.kind === "push" ? step.moves : []));
  expect(moves.some(({ commit }) => commit === null)).toBe(true);
  const files = plans.flatMap((plan) => plan.commits.flatMap((one) => Object.values(one.files)));
  expect(files.some((keys) => keys === null)).toBe(true);
  expect(files.some((keys) => (keys ?? []).some((key) => key.startsWith("g")))).toBe(true);
  const crashes = plans.flatMap(({ trouble }) => trouble.crash ?? []);
  expect(new Set(crashes.map(({ effect }) => effect)).size).toBeGreaterThanOrEqual(14);
  expect(new Set(crashes.map(({ moment }) => moment))).toEqual(new Set(["before", "after"]));
  expect(plans.some(({ trouble }) => trouble.clock !== null)).toBe(true);
  expect(plans.some(({ trouble }) => trouble.lostAnswers.length > 0)).toBe(true);
});

test("every commit that is moved to was made before, and each branch is moved before its pull request", () => {
  for (const { commits, steps } of plans) {
    const names = new Set(commits.map(({ name }) => name));
    const branches = new Set<string>();
    for (const step of steps) {
      if (step.kind !== "push") expect(branches).toContain(step.branch);
      else for (const { branch } of step.moves) branches.add(branch);
      if (step.kind === "push") {
        for (const { commit } of step.moves)
          expect(commit === null || names.has(commit)).toBe(true);
      }
    }
  }
});

test("a push is a stream that makes its commits and moves its branches", () => {
  const [first] = drawPlan(7).commits;
  if (first === undefined) throw new Error("a plan without commits");
  const stream = renderPush(7, [first], [{ branch: "main", commit: first.name }], () => "");
  expect(stream).toContain("mark :1\n");
  expect(stream).toContain("get-mark :1\n");
  expect(stream).toContain("reset refs/heads/main\nfrom :1\n");
});
