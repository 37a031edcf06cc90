import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type CheckAnnotation,
  type CheckKey,
  type CheckState,
  createCheckRun,
  findCheckRun,
  updateCheckRun,
} from "../../../src/github/check-runs.ts";
import { type GitHubApi, startGitHubApi } from "../../support/github-api.ts";

const HEAD = "a".repeat(40);
const KEY: CheckKey = {
  owner: "acme",
  repo: "shop",
  appId: 1,
  head: HEAD,
  externalId: "head-9",
};
const RUNS = "/repos/acme/shop/check-runs";

interface SentRun {
  readonly status: string;
  readonly conclusion?: string;
  readonly output: { readonly title: string; readonly annotations?: readonly CheckAnnotation[] };
}

let api: GitHubApi;
let sent: { readonly method: string; readonly body: SentRun }[];

beforeEach(() => {
  api = startGitHubApi();
  sent = [];
});

afterEach(() => api.close());

describe("annotations go in batches of 50:", () => {
  it.each([
    [0, [undefined]],
    [1, [1]],
    [50, [50]],
    [51, [50, 1]],
    [120, [50, 50, 20]],
  ])("%i as %j", async (count, batches) => {
    answer("post", RUNS);
    for (const _further of batches.slice(1)) answer("patch", `${RUNS}/5`);
    await expect(createCheckRun(api.octokit, KEY, stateWith(count))).resolves.toBe(5);
    expect(sent.map(({ body }) => body.output.annotations?.length)).toEqual(batches);
    expect(linesOf(sent)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    for (const { body } of sent) {
      expect(body).toMatchObject({ status: "completed", conclusion: "failure" });
      expect(body.output.title).toBe("title");
    }
  });

  it("those of an edit too", async () => {
    answerAnnotations([]);
    answer("patch", `${RUNS}/5`);
    answer("patch", `${RUNS}/5`);
    await updateCheckRun(api.octokit, KEY, 5, stateWith(51));
    expect(sent.map(({ body }) => body.output.annotations?.length)).toEqual([50, 1]);
  });
});

describe("an edit", () => {
  it("sends no annotation again that the run shows: GitHub would show it twice", async () => {
    answerAnnotations(stateWith(50).annotations);
    answer("patch", `${RUNS}/5`);
    await updateCheckRun(api.octokit, KEY, 5, stateWith(52));
    expect(linesOf(sent)).toEqual([51, 52]);
  });

  it("asks for no annotations where it has none to send", async () => {
    answer("patch", `${RUNS}/5`);
    await updateCheckRun(api.octokit, KEY, 5, stateWith(0));
    expect(sent).toHaveLength(1);
  });
});

it("names the head, and what it is found again by", async () => {
  answer("post", RUNS);
  await createCheckRun(api.octokit, KEY, stateWith(0));
  expect(sent[0]?.body).toMatchObject({
    name: "rekeeper",
    head_sha: HEAD,
    external_id: "head-9",
  });
});

it("sends no conclusion while a scan goes on", async () => {
  answer("post", RUNS);
  const { conclusion: _none, ...state } = stateWith(0);
  await createCheckRun(api.octokit, KEY, { ...state, status: "in_progress" });
  expect(sent[0]?.body.status).toBe("in_progress");
  expect(sent[0]?.body).not.toHaveProperty("conclusion");
});

describe("finds the run", () => {
  it("of this App and head by its external id", async () => {
    answerRuns([
      { id: 3, external_id: "head-8" },
      { id: 4, external_id: "head-9" },
    ]);
    await expect(findCheckRun(api.octokit, KEY)).resolves.toBe(4);
  });

  it("not, where there is none", async () => {
    answerRuns([{ id: 3, external_id: "head-8" }]);
    await expect(findCheckRun(api.octokit, KEY)).resolves.toBeUndefined();
  });
});

it("fails for good where the commit is gone", async () => {
  api.scope.post(RUNS).reply(404, {});
  await expect(createCheckRun(api.octokit, KEY, stateWith(0))).rejects.toMatchObject({
    kind: "final",
    status: 404,
  });
});

function answer(method: "post" | "patch", path: string): void {
  api.scope[method](path).reply(async (request: Request) => {
    sent.push({ method, body: (await request.json()) as SentRun });
    return [method === "post" ? 201 : 200, { id: 5 }];
  });
}

function answerAnnotations(shown: readonly CheckAnnotation[]): void {
  api.scope
    .get(`${RUNS}/5/annotations`)
    .query(true)
    .reply(200, shown as never);
}

function answerRuns(runs: readonly { id: number; external_id: string }[]): void {
  api.scope
    .get(`/repos/acme/shop/commits/${HEAD}/check-runs`)
    .query({ check_name: "rekeeper", app_id: 1, filter: "all", per_page: 100 })
    .reply(200, { total_count: runs.length, check_runs: runs });
}

function stateWith(annotationCount: number): CheckState {
  return {
    status: "completed",
    conclusion: "failure",
    title: "title",
    summary: "summary",
    actions: [],
    annotations: Array.from({ length: annotationCount }, (_, index) => ({
      path: "a.ts",
      start_line: index + 1,
      end_line: index + 1,
      annotation_level: "failure",
      title: "Toy token",
      message: "message",
    })),
  };
}

function linesOf(requests: typeof sent): number[] {
  return requests.flatMap(({ body }) =>
    (body.output.annotations ?? []).map((annotation) => annotation.start_line),
  );
}
