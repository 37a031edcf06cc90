import { afterEach, beforeEach, expect, it } from "vitest";
import { createComment, findComment, updateComment } from "../../../src/github/comments.ts";
import { type GitHubApi, startGitHubApi } from "../../support/github-api.ts";

const NAME = { owner: "acme", repo: "shop" };
const MARKER = "<!-- rekeeper:comment -->";

let api: GitHubApi;

beforeEach(() => {
  api = startGitHubApi();
});

afterEach(() => api.close());

it("creates a comment and edits it", async () => {
  api.scope.post("/repos/acme/shop/issues/5/comments", { body: "text" }).reply(201, { id: 77 });
  api.scope.patch("/repos/acme/shop/issues/comments/77", { body: "new" }).reply(200, {});
  await expect(createComment(api.octokit, NAME, 5, "text")).resolves.toBe(77);
  await updateComment(api.octokit, NAME, 77, "new");
});

it("finds the App's comment, and not a person's that copied the marker", async () => {
  answerPage(1, [
    { id: 1, body: MARKER, user: { type: "User" } },
    { id: 2, body: "other", user: { type: "Bot" } },
    { id: 3, body: MARKER, user: { type: "Bot" } },
  ]);
  await expect(findComment(api.octokit, NAME, { number: 5, marker: MARKER })).resolves.toBe(3);
});

it("looks through ten pages at most", async () => {
  const others = Array.from({ length: 100 }, (_, id) => ({ id, body: "x", user: null }));
  for (let page = 1; page <= 10; page += 1) answerPage(page, others);
  const search = { number: 5, marker: MARKER };
  await expect(findComment(api.octokit, NAME, search)).resolves.toBeUndefined();
});

function answerPage(page: number, comments: readonly object[]): void {
  api.scope
    .get("/repos/acme/shop/issues/5/comments")
    .query({ per_page: 100, page })
    .reply(200, comments as never);
}
