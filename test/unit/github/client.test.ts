import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GitHubError } from "../../../src/github/failure.ts";
import { getRepositoryState } from "../../../src/github/repositories.ts";
import { type GitHubApi, INSTALLATION_ID, startGitHubApi } from "../../support/github-api.ts";

const NAME = { owner: "acme", repo: "shop" };
const REPOSITORY = {
  private: true,
  has_issues: true,
  archived: false,
  default_branch: "main",
};

let api: GitHubApi;

beforeEach(() => {
  api = startGitHubApi();
});

afterEach(() => api.close());

it("signs in as the installation and names the version of the API", async () => {
  api.scope
    .get("/repos/acme/shop")
    .matchHeader("authorization", "token a token of this test")
    .matchHeader("x-github-api-version", "2022-11-28")
    .matchHeader("user-agent", /^rekeeper/)
    .reply(200, REPOSITORY);
  await expect(getRepositoryState(api.octokit, NAME)).resolves.toEqual({
    isPrivate: true,
    hasIssues: true,
    isArchived: false,
    defaultBranch: "main",
  });
});

it("gives git the same token", async () => {
  const header = await api.github.gitAuthorization(INSTALLATION_ID);
  const [scheme = "", value = ""] = header.split(" ");
  expect(scheme).toBe("Basic");
  expect(Buffer.from(value, "base64").toString()).toBe("x-access-token:a token of this test");
});

it("keeps one client per installation", () => {
  expect(api.github.installation(INSTALLATION_ID)).toBe(api.octokit);
});

describe("a question", () => {
  it("is asked again after a failure that passes", async () => {
    api.scope.get("/repos/acme/shop").reply(502).get("/repos/acme/shop").reply(200, REPOSITORY);
    await expect(getRepositoryState(api.octokit, NAME)).resolves.toMatchObject({ isPrivate: true });
  });

  it("is not asked again within a limit: its job waits", async () => {
    api.scope.get("/repos/acme/shop").reply(429, {}, { "retry-after": "30" });
    await expect(getRepositoryState(api.octokit, NAME)).rejects.toMatchObject({
      kind: "retryable",
      retryAfterMs: 30_000,
    });
  });

  it("within a secondary limit tells how long to wait", async () => {
    api.scope
      .get("/repos/acme/shop")
      .reply(
        403,
        { message: "You have exceeded a secondary rate limit." },
        { "retry-after": "60" },
      );
    await expect(getRepositoryState(api.octokit, NAME)).rejects.toMatchObject({
      name: "GitHubError",
      kind: "retryable",
      status: 403,
      retryAfterMs: 60_000,
    });
  });
});

it.each([400, 403, 404, 410, 422])("asks once where the answer is %i", async (status) => {
  api.scope.get("/repos/acme/shop").reply(status, {});
  await expect(getRepositoryState(api.octokit, NAME)).rejects.toMatchObject({ status });
});

describe("a creation", () => {
  it.each([500, 502, 503])("is sent once, even when it is answered by %i", async (status) => {
    api.scope.post("/repos/acme/shop/issues").reply(status);
    const creation = api.octokit.rest.issues.create({ ...NAME, title: "a title" });
    await expect(creation).rejects.toMatchObject({ kind: "retryable", status });
  });

  it("is sent once, even when its answer is lost", async () => {
    api.scope.post("/repos/acme/shop/issues").replyWithError("socket hang up");
    const creation = api.octokit.rest.issues.create({ ...NAME, title: "a title" });
    await expect(creation).rejects.toMatchObject({ kind: "retryable", status: 0 });
  });
});

it("fails with a route template and nothing of what was sent", async () => {
  api.scope.post("/repos/acme/shop/issues").reply(422, { message: "a title is invalid" });
  const failure = await api.octokit.rest.issues
    .create({ ...NAME, title: "hush" })
    .catch((cause: unknown) => cause);
  expect(failure).toBeInstanceOf(GitHubError);
  expect(failure).toMatchObject({ kind: "bug", route: "POST /repos/{owner}/{repo}/issues" });
  expect(String((failure as Error).stack)).not.toMatch(/hush|acme|a title/);
});
