import { afterEach, beforeEach, expect, it } from "vitest";
import { hasWriteAccess, isAssignable } from "../../../src/github/repositories.ts";
import { type GitHubApi, startGitHubApi } from "../../support/github-api.ts";

const NAME = { owner: "acme", repo: "shop" };

let api: GitHubApi;

beforeEach(() => {
  api = startGitHubApi();
});

afterEach(() => api.close());

it.each([
  [204, true],
  [404, false],
])("takes %i for whether somebody may be assigned", async (status, isPossible) => {
  api.scope.get("/repos/acme/shop/assignees/mona").reply(status);
  await expect(isAssignable(api.octokit, NAME, "mona")).resolves.toBe(isPossible);
});

it("does not take a failure for a no", async () => {
  api.scope.get("/repos/acme/shop/assignees/mona").reply(403, {});
  await expect(isAssignable(api.octokit, NAME, "mona")).rejects.toMatchObject({ status: 403 });
});

it.each([
  ["admin", true],
  ["write", true],
  ["read", false],
  ["none", false],
])("reads the permission %s as write access: %s", async (permission, hasAccess) => {
  api.scope.get("/repos/acme/shop/collaborators/mona/permission").reply(200, { permission });
  await expect(hasWriteAccess(api.octokit, NAME, "mona")).resolves.toBe(hasAccess);
});
