import { expect, it } from "vitest";
import {
  decideNoIssue,
  NO_ISSUE_REASONS,
  type NoIssueFacts,
} from "../../../src/triage/no-issue.ts";
import { readText } from "../../support/repository-files.ts";

const DUE: NoIssueFacts = {
  lane: "provider",
  state: "open",
  verdict: "unknown",
  isPlanned: false,
  introducedBy: "members",
  isPublic: false,
  isFull: false,
};

it.each([
  ["pending", {}],
  ["pending", { isPlanned: true, isPublic: true }],
  ["settled", { state: "false-positive", lane: "generic" }],
  ["settled", { verdict: "inactive" }],
  ["pending", { state: "rotating", verdict: "active" }],
  ["generic-lane", { lane: "generic", isPublic: true }],
  ["not-introduced", { introducedBy: "nobody", isPublic: true }],
  ["public-repository", { isPublic: true, isFull: true }],
  ["public-repository", { isPublic: true, introducedBy: "forks" }],
  ["fork", { introducedBy: "forks" }],
  ["over-limit", { isFull: true }],
  ["over-limit", { isFull: true, isPlanned: true, isPublic: true }],
] as const)("says %s for %j", (reason, facts) => {
  expect(decideNoIssue({ ...DUE, ...facts })).toBe(reason);
});

it("documents every reason in docs/command-line.md, in the same order", () => {
  const section = readText("docs/command-line.md").split("`noIssueReason` is one of:")[1] ?? "";
  // The table ends with the first line that is none of its rows; others follow in the same file.
  const [table = ""] = /(?:^\|.*\n)+/m.exec(section) ?? [];
  const documented = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, reason]) => reason);
  expect(documented).toEqual([...NO_ISSUE_REASONS]);
});
