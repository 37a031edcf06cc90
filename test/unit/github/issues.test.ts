import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createIssue,
  findIssueByMarker,
  getIssue,
  reopenIssue,
  updateIssue,
} from "../../../src/github/issues.ts";
import { type GitHubApi, startGitHubApi } from "../../support/github-api.ts";

const NAME = { owner: "acme", repo: "shop" };
const ISSUES = "/repos/acme/shop/issues";
const MARKER = "<!-- rekeeper:key:0123 -->";
const SEARCH = { label: "leaked-key", marker: MARKER };
const CONTENT = {
  title: "Leaked key",
  body: "what to do",
  labels: ["rekeeper", "leaked-key"],
  assignees: ["mona"],
};
const BOT = { login: "rekeeper[bot]", type: "Bot" };

let api: GitHubApi;

beforeEach(() => {
  api = startGitHubApi();
});

afterEach(() => api.close());

it("creates an issue with labels and assignees", async () => {
  api.scope.post(ISSUES, CONTENT).reply(201, { number: 12 });
  await expect(createIssue(api.octokit, NAME, CONTENT)).resolves.toBe(12);
});

it("fails for good with 410 where issues are switched off", async () => {
  api.scope.post(ISSUES).reply(410, { message: "Issues are disabled for this repo" });
  await expect(createIssue(api.octokit, NAME, CONTENT)).rejects.toMatchObject({
    name: "GitHubError",
    kind: "final",
    status: 410,
  });
});

it("edits title and body, and leaves labels and assignees to people", async () => {
  api.scope.patch(`${ISSUES}/12`, { title: "new", body: "text" }).reply(200, {});
  await updateIssue(api.octokit, NAME, 12, { title: "new", body: "text" });
});

it("opens an issue again", async () => {
  api.scope.patch(`${ISSUES}/12`, { state: "open" }).reply(200, {});
  await reopenIssue(api.octokit, NAME, 12);
});

it("reads what an issue says now", async () => {
  api.scope
    .get(`${ISSUES}/12`)
    .reply(200, { number: 12, body: null, state: "closed", closed_at: "2026-11-23T10:00:00Z" })
    .get(`${ISSUES}/13`)
    .reply(200, { number: 13, body: "text", state: "open", closed_at: null });
  await expect(getIssue(api.octokit, NAME, 12)).resolves.toEqual({
    number: 12,
    body: "",
    isOpen: false,
    closedAt: new Date("2026-11-23T10:00:00Z"),
  });
  await expect(getIssue(api.octokit, NAME, 13)).resolves.toMatchObject({
    isOpen: true,
    closedAt: undefined,
  });
});

describe("finds the issue of a key by its marker", () => {
  const issue = (number: number, body: string | null, changes: object = {}) => ({
    number,
    body,
    user: BOT,
    ...changes,
  });

  it("on whatever page it is", async () => {
    const others = Array.from({ length: 100 }, (_, index) => issue(500 - index, "other"));
    answerPage(1, others);
    answerPage(2, [issue(9, null), issue(8, `text\n\n${MARKER}`)]);
    await expect(findIssueByMarker(api.octokit, NAME, SEARCH)).resolves.toBe(8);
  });

  it("not, where there is none", async () => {
    answerPage(1, [issue(9, "other")]);
    await expect(findIssueByMarker(api.octokit, NAME, SEARCH)).resolves.toBeUndefined();
  });

  it("not in what a person wrote, nor in a pull request: either may carry a copied marker", async () => {
    answerPage(1, [
      issue(9, MARKER, { user: { login: "mallory", type: "User" } }),
      issue(8, MARKER, { pull_request: {} }),
      issue(7, MARKER),
    ]);
    await expect(findIssueByMarker(api.octokit, NAME, SEARCH)).resolves.toBe(7);
  });

  it("within 20 pages", async () => {
    const others = Array.from({ length: 100 }, (_, index) => issue(index + 1, "other"));
    for (let page = 1; page <= 20; page += 1) answerPage(page, others);
    await expect(findIssueByMarker(api.octokit, NAME, SEARCH)).resolves.toBeUndefined();
  });
});

function answerPage(page: number, issues: readonly object[]): void {
  api.scope
    .get(ISSUES)
    .query({ state: "all", labels: "leaked-key", per_page: 100, page })
    .reply(200, issues as never);
}
