/** The sandbox's REST API as octokit uses it. */
import { generateKeyPairSync, sign } from "node:crypto";
import { Octokit } from "@octokit/rest";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { listExamples, listMissingFields } from "../support/payload-shape.ts";
import {
  type SandboxUnderTest,
  startSandbox,
  type WorkTree,
} from "../support/sandbox-under-test.ts";

let under: SandboxUnderTest;
let work: WorkTree;
let headSha: string;
const shop = { owner: "acme", repo: "shop" } as const;
const website = { owner: "acme", repo: "website" } as const;

beforeAll(async () => {
  under = await startSandbox();
  work = await under.createRepository("shop");
  await under.createRepository("website", { private: false });
  await work.shell("echo 1 > f; git add f; git commit -qm base; git push -q origin main");
  headSha = await work.git("rev-parse", "HEAD");
});
afterAll(async () => {
  await under.stop();
});
afterEach(() => {
  under.knobs.clockAheadMs = 0;
  under.sandbox.state.faults.length = 0;
  under.sandbox.state.requestsPerHourMax = 5_000;
});

/** A client with a fixed credential, or none. */
function clientWith(token?: string): Octokit {
  const auth = token === undefined ? {} : { auth: token };
  const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  return new Octokit({ baseUrl: `${under.baseUrl}/api/v3`, log: silent, ...auth });
}

function ignore(): void {
  // Octokit warns of each refused request.
}

async function narrowClient(body: {
  readonly repositories?: string[];
  readonly permissions?: Record<string, "read" | "write">;
}): Promise<Octokit> {
  const installation_id = under.sandbox.installationId;
  const request = { installation_id, ...body };
  const { data } = await under.app.rest.apps.createInstallationAccessToken(request);
  return clientWith(data.token);
}

async function eventsOf(name: string, action: () => Promise<unknown>) {
  await under.sandbox.idle();
  under.events.length = 0;
  await action();
  await under.sandbox.idle();
  return under.events.filter((event) => event.name === name);
}

describe("the App", () => {
  test("signs in with its key to see itself with its installation", async () => {
    const { data: app } = await under.app.rest.apps.getAuthenticated();
    expect(app).toMatchObject({ id: under.sandbox.appId, slug: "rekeeper-sandbox" });
    const { data: installations } = await under.app.rest.apps.listInstallations();
    expect(installations).toMatchObject([
      { id: under.sandbox.installationId, account: { login: "acme" }, target_type: "Organization" },
    ]);
    const { data: one } = await under.app.rest.apps.getRepoInstallation(shop);
    expect(one.id).toBe(under.sandbox.installationId);
  });

  test.each([
    ["a foreign key", { key: true }, /could not be decoded/],
    ["a life over ten minutes", { lifeS: 700 }, /too far in the future/],
    ["an end in the past", { lifeS: -5 }, /'exp'/],
    ["another issuer", { issuer: 99 }, /Integration not found/],
  ])("is refused with %s", async (_name, flaw, message) => {
    const call = clientWith(makeJwt(flaw)).rest.apps.getAuthenticated();
    await expect(call).rejects.toThrow(message);
  });

  test("is accepted after it set its clock by the answer's date", async () => {
    under.knobs.clockAheadMs = 3 * 3_600_000;
    const { data } = await under.app.rest.apps.getAuthenticated();
    expect(data?.id).toBe(under.sandbox.appId);
  });

  test("can't use an installation's endpoints, nor the other way round", async () => {
    const asApp = clientWith(makeJwt({}));
    await expect(asApp.rest.apps.getAuthenticated()).resolves.toBeDefined();
    await expect(asApp.rest.repos.get(shop)).rejects.toMatchObject({ status: 403 });
    const asInstallation = await narrowClient({});
    await expect(asInstallation.rest.apps.getAuthenticated()).rejects.toMatchObject({
      status: 401,
    });
  });
});

interface JwtFlaw {
  readonly key?: boolean;
  readonly lifeS?: number;
  readonly issuer?: number;
}

function makeJwt({ key = false, lifeS = 540, issuer = under.sandbox.appId }: JwtFlaw): string {
  const privateKey = key
    ? generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey
    : under.sandbox.privateKey;
  const nowS = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iat: nowS - 30, exp: nowS + lifeS, iss: issuer };
  const text = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  const signature = sign("RSA-SHA256", Buffer.from(text), privateKey).toString("base64url");
  return `${text}.${signature}`;
}

describe("a token", () => {
  test("is good for an hour", async () => {
    const client = await narrowClient({});
    await expect(client.rest.repos.get(shop)).resolves.toBeDefined();
    under.knobs.clockAheadMs = 3_601_000;
    await expect(client.rest.repos.get(shop)).rejects.toMatchObject({ status: 401 });
  });

  test("can be narrowed to repositories: others are not found", async () => {
    const client = await narrowClient({ repositories: ["website"] });
    const { data } = await client.rest.apps.listReposAccessibleToInstallation();
    expect(data.repositories.map((one) => one.name)).toEqual(["website"]);
    await expect(client.rest.repos.get(shop)).rejects.toMatchObject({ status: 404 });
  });

  test("can be narrowed to permissions: the answer names the one that lacks", async () => {
    const client = await narrowClient({ permissions: { issues: "read" } });
    await expect(client.rest.issues.listForRepo(shop)).resolves.toBeDefined();
    await expect(client.rest.issues.create({ ...shop, title: "x" })).rejects.toMatchObject({
      status: 403,
      response: { headers: { "x-accepted-github-permissions": "issues=write" } },
    });
    await expect(client.rest.checks.get({ ...shop, check_run_id: 1 })).rejects.toMatchObject({
      status: 403,
    });
  });

  test.each([
    ["a permission that was not granted", { permissions: { secrets: "read" as const } }],
    ["a repository that does not exist", { repositories: ["nowhere"] }],
  ])("is not issued for %s", async (_name, body) => {
    await expect(narrowClient(body)).rejects.toMatchObject({ status: 422 });
  });

  test("is dead after it was revoked", async () => {
    const client = await narrowClient({});
    await client.rest.apps.revokeInstallationAccessToken();
    await expect(client.rest.repos.get(shop)).rejects.toMatchObject({ status: 401 });
  });

  test("must be there, except for what everybody may ask", async () => {
    await expect(clientWith().rest.repos.get(shop)).rejects.toMatchObject({ status: 401 });
    await expect(clientWith("nonsense").rest.meta.get()).rejects.toMatchObject({ status: 401 });
    await expect(clientWith().rest.meta.get()).resolves.toBeDefined();
  });
});

describe("a repository", () => {
  test.each(["..", "a/b", "a b", "shop.git", "shop"])("can't be named %j", async (name) => {
    await expect(under.createRepository(name)).rejects.toThrow(/repository/);
  });

  test("is found by name in any case, as well as by id", async () => {
    const { data } = await under.installation.rest.repos.get({ owner: "ACME", repo: "Shop" });
    expect(data).toMatchObject({ full_name: "acme/shop", private: true, visibility: "private" });
    const byId = await under.installation.request("GET /repositories/{id}", { id: data.id });
    expect(byId.data).toEqual(data);
  });

  test("says who may do what in it", async () => {
    const roleOf = async (username: string, where: typeof shop | typeof website) =>
      (await under.installation.rest.repos.getCollaboratorPermissionLevel({ ...where, username }))
        .data;
    expect(await roleOf("mona", shop)).toMatchObject({ permission: "admin", role_name: "admin" });
    expect(await roleOf("hubot", shop)).toMatchObject({ permission: "read" });
    expect(await roleOf("rekeeper-sandbox[bot]", shop)).toMatchObject({ permission: "none" });
    expect(await roleOf("rekeeper-sandbox[bot]", website)).toMatchObject({ permission: "read" });
    await expect(roleOf("nobody", shop)).rejects.toMatchObject({ status: 404 });
  });

  test("says whom an issue can be assigned to", async () => {
    const check = (assignee: string) =>
      under.installation.rest.issues.checkUserCanBeAssigned({ ...shop, assignee });
    expect((await check("mona")).status).toBe(204);
    await expect(check("nobody")).rejects.toMatchObject({ status: 404 });
  });

  test("has no rules for any branch", async () => {
    const request = { ...shop, branch: "feature/x" };
    const { data } = await under.installation.rest.repos.getBranchRules(request);
    expect(data).toEqual([]);
  });

  test("refuses writing once archived, issues once they are off", async () => {
    const repository = under.sandbox.state.repositories.find(({ name }) => name === "website");
    if (repository === undefined) throw new Error("the repository was made above");
    repository.hasIssues = false;
    const create = () => under.installation.rest.issues.create({ ...website, title: "x" });
    await expect(create()).rejects.toMatchObject({ status: 410 });
    repository.hasIssues = true;
    repository.archived = true;
    await expect(create()).rejects.toMatchObject({ status: 403 });
    repository.archived = false;
  });
});

describe("a check run", () => {
  const start = (name: string) =>
    under.installation.rest.checks.create({
      ...shop,
      name,
      head_sha: headSha,
      status: "in_progress",
      external_id: `external ${name}`,
    });

  test("goes from in progress to its conclusion, keeps its external id", async () => {
    const { data: run } = await start("life");
    expect(run).toMatchObject({ status: "in_progress", conclusion: null, completed_at: null });
    expect(run.started_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    await under.installation.rest.checks.update({
      ...shop,
      check_run_id: run.id,
      conclusion: "neutral",
      output: { title: "Title", summary: "**Summary**" },
    });
    const { data } = await under.installation.rest.checks.get({ ...shop, check_run_id: run.id });
    expect(data).toMatchObject({
      status: "completed",
      conclusion: "neutral",
      external_id: "external life",
      output: { title: "Title", summary: "**Summary**", annotations_count: 0 },
      app: { id: under.sandbox.appId },
    });
  });

  test("gathers annotations from several requests", async () => {
    const { data: run } = await start("annotated");
    const annotate = (count: number) =>
      under.installation.rest.checks.update({
        ...shop,
        check_run_id: run.id,
        output: { title: "t", summary: "s", annotations: makeAnnotations(count) },
      });
    await annotate(50);
    await annotate(20);
    await expect(annotate(51)).rejects.toMatchObject({ status: 422 });
    const all = await under.installation.paginate(under.installation.rest.checks.listAnnotations, {
      ...shop,
      check_run_id: run.id,
      per_page: 30,
    });
    expect(all).toHaveLength(70);
    expect(all[0]).toMatchObject({ path: "f", start_line: 1, annotation_level: "failure" });
  });

  test.each([
    ["a summary over 65,535 characters", { output: { title: "t", summary: "x".repeat(65_536) } }],
    ["more than three actions", { actions: Array(4).fill(action("a")) }],
    ["an identifier over 20 characters", { actions: [action("x".repeat(21))] }],
    ["completed without a conclusion", { status: "completed" as const }],
    ["a commit that is not there", { head_sha: "1".repeat(40) }],
    ["a field that does not exist", { outputs: {} }],
  ])("is refused with %s", async (_name, fields) => {
    const body = { ...shop, name: "refused", head_sha: headSha, ...fields };
    await expect(under.installation.rest.checks.create(body)).rejects.toMatchObject({
      status: 422,
    });
  });

  test("is listed by commit or branch, the newest of each name unless all are asked for", async () => {
    await start("listed");
    const { data: second } = await start("listed");
    const list = async (more: object) =>
      (await under.installation.rest.checks.listForRef({ ...shop, ref: "main", ...more })).data;
    const latest = await list({ check_name: "listed" });
    expect(latest.check_runs.map(({ id }) => id)).toEqual([second.id]);
    expect(await list({ check_name: "listed", filter: "all" })).toMatchObject({ total_count: 2 });
    expect(await list({ ref: headSha, app_id: 99 })).toMatchObject({ total_count: 0 });
    await expect(list({ ref: "no/such/branch" })).rejects.toMatchObject({ status: 422 });
  });

  test("is told to the App as created, then as completed", async () => {
    const events = await eventsOf("check_run", async () => {
      const { data } = await start("told");
      const changes = { ...shop, check_run_id: data.id, conclusion: "success" } as const;
      await under.installation.rest.checks.update(changes);
    });
    expect(events.map(({ payload }) => payload.action)).toEqual(["created", "completed"]);
    const examples = listExamples("check_run", "completed");
    expect(listMissingFields(events[1]?.payload, examples)).toEqual([]);
  });
});

function action(identifier: string) {
  return { label: "Label", description: "Description", identifier };
}

function makeAnnotations(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    path: "f",
    start_line: index + 1,
    end_line: index + 1,
    annotation_level: "failure" as const,
    message: "A key",
  }));
}

describe("an issue", () => {
  test("is opened by the App with labels, assignees, a number of its own", async () => {
    const events = await eventsOf("issues", async () => {
      const { data } = await under.installation.rest.issues.create({
        ...shop,
        title: "A key leaked",
        body: "**Body**",
        labels: ["rekeeper", "severity:high"],
        assignees: ["mona"],
      });
      expect(data).toMatchObject({
        number: 1,
        state: "open",
        user: { login: "rekeeper-sandbox[bot]", type: "Bot" },
        labels: [{ name: "rekeeper" }, { name: "severity:high" }],
        assignees: [{ login: "mona" }],
        performed_via_github_app: { slug: "rekeeper-sandbox" },
      });
    });
    expect(events[0]?.payload).toMatchObject({ action: "opened", sender: { type: "Bot" } });
    const examples = listExamples("issues", "opened");
    expect(listMissingFields(events[0]?.payload, examples)).toEqual([]);
  });

  test("is closed with a reason, then opened again", async () => {
    const { data } = await under.installation.rest.issues.create({ ...shop, title: "Turns" });
    const target = { ...shop, issue_number: data.number };
    const events = await eventsOf("issues", async () => {
      const closed = await under.installation.rest.issues.update({
        ...target,
        state: "closed",
        state_reason: "not_planned",
      });
      expect(closed.data).toMatchObject({ state: "closed", state_reason: "not_planned" });
      expect(closed.data.closed_at).not.toBeNull();
      await under.installation.rest.issues.update({ ...target, state: "open", title: "Again" });
    });
    const actions = events.map(({ payload }) => payload.action);
    expect(actions).toEqual(["closed", "edited", "reopened"]);
    const { data: after } = await under.installation.rest.issues.get(target);
    expect(after).toMatchObject({ state: "open", title: "Again", closed_at: null });
  });

  test("is found by creator, label, state, page by page", async () => {
    for (let count = 0; count < 5; count += 1) {
      const labels = ["Batch", count % 2 === 0 ? "even" : "odd"];
      await under.installation.rest.issues.create({ ...shop, title: `issue ${count}`, labels });
    }
    const list = (more: object) =>
      under.installation.paginate(under.installation.rest.issues.listForRepo, {
        ...shop,
        per_page: 2,
        labels: "batch",
        ...more,
      });
    const titles = (await list({ creator: "rekeeper-sandbox[bot]" })).map(({ title }) => title);
    expect(titles).toEqual(["issue 4", "issue 3", "issue 2", "issue 1", "issue 0"]);
    expect(await list({ labels: "batch,even" })).toHaveLength(3);
    expect(await list({ creator: "mona" })).toEqual([]);
    expect(await list({ state: "closed" })).toEqual([]);
    expect((await list({ sort: "created", direction: "asc" }))[0]?.title).toBe("issue 0");
  });

  test.each([
    ["a person who is not in the repository", { assignees: ["nobody"] }, "assignees"],
    ["a body over 65,536 characters", { body: "x".repeat(65_537) }, "body"],
  ])("is refused with %s", async (_name, fields, field) => {
    await expect(
      under.installation.rest.issues.create({ ...shop, title: "x", ...fields }),
    ).rejects.toMatchObject({
      status: 422,
      response: { data: { message: "Validation Failed", errors: [{ resource: "Issue", field }] } },
    });
  });

  test("takes comments that can be edited", async () => {
    const { data } = await under.installation.rest.issues.create({ ...shop, title: "Talk" });
    const target = { ...shop, issue_number: data.number };
    const events = await eventsOf("issue_comment", async () => {
      const made = await under.installation.rest.issues.createComment({ ...target, body: "One" });
      const changes = { ...shop, comment_id: made.data.id, body: "Two" };
      await under.installation.rest.issues.updateComment(changes);
    });
    expect(events.map(({ payload }) => payload.action)).toEqual(["created", "edited"]);
    expect(events[1]?.payload).toMatchObject({ changes: { body: { from: "One" } } });
    const { data: comments } = await under.installation.rest.issues.listComments(target);
    expect(comments).toMatchObject([{ body: "Two", user: { type: "Bot" } }]);
    const examples = listExamples("issue_comment", "created");
    expect(listMissingFields(events[0]?.payload, examples)).toEqual([]);
  });
});

describe("every answer", () => {
  test("is recorded with its request", async () => {
    await under.installation.rest.issues.create({ ...shop, title: "Recorded" });
    const last = under.sandbox.state.requests.at(-1);
    expect(last).toMatchObject({
      method: "POST",
      path: "/repos/acme/shop/issues",
      body: { title: "Recorded" },
      status: 201,
    });
  });

  test("tells what is left of the hour, refuses when nothing is", async () => {
    const { headers } = await under.installation.rest.repos.get(shop);
    const { data } = await under.installation.rest.rateLimit.get();
    expect(headers["x-ratelimit-remaining"]).toBe(String(data.resources.core.remaining));
    under.sandbox.state.requestsPerHourMax = 1;
    await expect(under.installation.rest.repos.get(shop)).rejects.toMatchObject({
      status: 403,
      response: { headers: { "x-ratelimit-remaining": "0" } },
    });
  });

  test("can be replaced by a fault for as often as asked", async () => {
    under.sandbox.state.faults.push({
      matches: ({ path }) => path === "/repos/acme/shop",
      answer: { status: 502, body: { message: "Bad Gateway" } },
      times: 1,
    });
    await expect(under.installation.rest.repos.get(shop)).rejects.toMatchObject({ status: 502 });
    await expect(under.installation.rest.repos.get(shop)).resolves.toBeDefined();
  });

  test("is 404 for an unknown path, 400 for what is no JSON", async () => {
    await expect(under.installation.request("GET /nowhere")).rejects.toMatchObject({ status: 404 });
    const { token } = (await under.installation.auth({ type: "installation" })) as {
      readonly token: string;
    };
    const response = await fetch(`${under.baseUrl}/api/v3/repos/acme/shop/issues`, {
      method: "POST",
      headers: { authorization: `token ${token}` },
      body: "{",
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: "Problems parsing JSON" });
  });

  test("is 413 for a body over 10 MiB", async () => {
    const body = "x".repeat(11 * 1024 * 1024);
    await expect(
      under.installation.rest.issues.create({ ...shop, title: "x", body }),
    ).rejects.toMatchObject({ status: 413 });
  });
});
