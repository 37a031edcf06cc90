import { expect, it } from "vitest";
import type { TriageState, Verdict } from "../../../src/model/incident.ts";
import { type Conclusion, conclude, type HeadFacts, isOpen } from "../../../src/triage/conclude.ts";

type Finding = HeadFacts["findings"][number];

const leaked: Finding = {
  lane: "provider",
  isIntroduced: true,
  state: "open",
  verdict: "unknown",
};
const generic: Finding = { ...leaked, lane: "generic" };
const known: Finding = { ...leaked, isIntroduced: false };
const failed = { kind: "failed" } as const;
const byNature = { kind: "by-nature" } as const;

it.each<[string, Conclusion, Finding[], HeadFacts["gaps"]]>([
  ["nothing", "success", [], []],
  ["a key of a known provider", "failure", [leaked], []],
  ["one among others that do not gate", "failure", [generic, known, leaked], []],
  ["one beside what could not be read", "failure", [leaked], [failed, byNature]],
  ["a possible key", "neutral", [generic], []],
  ["a possible key beside a failed scan", "action_required", [generic], [failed]],
  ["a key that the base holds", "success", [known], []],
  ["a possible key that the base holds", "success", [{ ...generic, isIntroduced: false }], []],
  ["a failed scan", "action_required", [], [failed]],
  ["a failed scan among gaps by nature", "action_required", [], [byNature, failed]],
  ["a gap by nature", "neutral", [], [byNature]],
  ["a dead key", "success", [{ ...leaked, verdict: "inactive" }], []],
  ["a key that is alive", "failure", [{ ...leaked, verdict: "active" }], []],
  ["a key that cannot be checked", "failure", [{ ...leaked, verdict: "uncheckable" }], []],
  ["a key in rotation", "failure", [{ ...leaked, state: "rotating" }], []],
  ["a revoked key", "success", [{ ...leaked, state: "revoked" }], []],
  ["a false positive", "success", [{ ...leaked, state: "false-positive" }], []],
  ["an accepted key", "success", [{ ...leaked, state: "accepted" }], []],
  ["a test key", "success", [{ ...leaked, state: "test-key" }], []],
  ["a settled possible key", "success", [{ ...generic, state: "false-positive" }], []],
])("%s makes the head %s", (_what, conclusion, findings, gaps) => {
  expect(conclude({ findings, gaps })).toBe(conclusion);
});

it("is open in two states only, and in none once its provider refuses it", () => {
  const states: TriageState[] = [
    "open",
    "rotating",
    "revoked",
    "false-positive",
    "accepted",
    "test-key",
  ];
  const openWith = (verdict: Verdict): TriageState[] =>
    states.filter((state) => isOpen({ state, verdict }));
  expect(openWith("unknown")).toEqual(["open", "rotating"]);
  expect(openWith("active")).toEqual(["open", "rotating"]);
  expect(openWith("inactive")).toEqual([]);
});
