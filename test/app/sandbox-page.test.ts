/** The sandbox's pages as a browser gets them, without its script. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type SandboxUnderTest,
  startSandbox,
  type WorkTree,
} from "../support/sandbox-under-test.ts";

let under: SandboxUnderTest;
let work: WorkTree;
let headSha: string;
let runId: number;
const shop = { owner: "acme", repo: "shop" } as const;

beforeAll(async () => {
  under = await startSandbox();
  work = await under.createRepository("shop");
  await work.shell(`
    printf 'one\\n<b>two</b>\\n' > f; git add f; git commit -qm 'A <b>headline</b>'
    git push -q origin main`);
  headSha = await work.git("rev-parse", "HEAD");
  const { data } = await under.installation.rest.checks.create({
    ...shop,
    name: "rekeeper",
    head_sha: headSha,
    conclusion: "failure",
    actions: [{ label: "False positive", description: "This is no key", identifier: "fp" }],
    output: {
      title: "1 key leaked",
      summary: SUMMARY,
      annotations: [
        { path: "f", start_line: 2, end_line: 2, annotation_level: "failure", message: "A key" },
      ],
    },
  });
  runId = data.id;
});
afterAll(async () => {
  await under.stop();
});

const SUMMARY = `Scanned **1 commit**. <!-- marker -->

| Key | Place |
| --- | ----- |
| \`AKIA…\` | f:2 |

<details><summary>More</summary>

- [home](https://example.org/) and [trick](javascript:alert(1))

</details>

<img src=x onerror=alert(1)> <script>alert(2)</script> ![pixel](https://example.org/pixel.png)`;

async function page(path: string): Promise<string> {
  const response = await fetch(under.baseUrl + path);
  expect(response.status).toBe(200);
  return await response.text();
}

test("offers lines to copy with keys that are new on each visit", async () => {
  const first = await page("/");
  expect(first).toContain(`git clone ${under.sandbox.pushUrl("shop")}`);
  const keyOf = (html: string): string | undefined => /AWS_ACCESS_KEY_ID=(\w+)/.exec(html)?.[1];
  expect(keyOf(first)).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(keyOf(await page("/"))).not.toBe(keyOf(first));
});

test("shows a push with its check, the summary as Markdown, the annotations", async () => {
  const html = await page("/");
  expect(html).toContain("A &lt;b&gt;headline&lt;/b&gt;");
  expect(html).toContain("1 key leaked");
  expect(html).toContain("Scanned <strong>1 commit</strong>");
  expect(html).toContain("<td>f:2</td>");
  expect(html).toContain("<details><summary>More</summary>");
  expect(html).toContain(`href="/acme/shop/blob/${headSha}/f#L2"`);
});

test("lets nothing of a text act on the page", async () => {
  const html = await page(`/acme/shop/runs/${runId}`);
  expect(html).toContain('<a href="https://example.org/" rel="noreferrer">home</a>');
  expect(html).not.toContain("marker");
  expect(html).not.toContain("javascript:");
  expect(html).not.toContain("<img");
  expect(html).not.toMatch(/<script>/);
  const { headers } = await fetch(under.baseUrl);
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.get("content-security-policy")).not.toContain("unsafe-inline");
});

test("shows an issue with its comments", async () => {
  const { data } = await under.installation.rest.issues.create({
    ...shop,
    title: "A key leaked",
    body: "- [ ] rotated",
    labels: ["leaked-key"],
    assignees: ["mona"],
  });
  const comment = { ...shop, issue_number: data.number, body: "*Done*" };
  await under.installation.rest.issues.createComment(comment);
  const overview = await page("/");
  for (const text of ["A key leaked", "leaked-key", "assigned to mona", 'type="checkbox"']) {
    expect(overview).toContain(text);
  }
  expect(await page(`/acme/shop/issues/${data.number}`)).toContain("<em>Done</em>");
});

test("shows the file, the commit that links lead to", async () => {
  const file = await page(`/acme/shop/blob/${headSha}/f`);
  expect(file).toContain('<li id="L2"><code>&lt;b&gt;two&lt;/b&gt;</code></li>');
  expect(await page(`/acme/shop/commit/${headSha}`)).toContain("<ins>+one</ins>");
  const missing = await fetch(`${under.baseUrl}/acme/shop/blob/${headSha}/missing`);
  expect(missing.status).toBe(404);
});

test("asks the App to run a check again at the press of its button", async () => {
  const pressed = await fetch(`${under.baseUrl}/acme/shop/runs/${runId}/rerequest`, {
    method: "POST",
    headers: { origin: under.baseUrl, "content-type": "application/x-www-form-urlencoded" },
  });
  expect(pressed.url).toBe(`${under.baseUrl}/acme/shop/runs/${runId}`);
  await under.sandbox.idle();
  expect(under.events.at(-1)?.payload).toMatchObject({
    action: "rerequested",
    check_run: { id: runId, check_suite: { status: "queued" } },
    sender: { login: "mona" },
  });
});

test("tells the App which of its buttons was pressed", async () => {
  const press = (identifier: string) =>
    fetch(`${under.baseUrl}/acme/shop/runs/${runId}/actions/${identifier}`, {
      method: "POST",
      headers: { origin: under.baseUrl },
    });
  expect((await press("unknown")).status).toBe(404);
  expect((await press("fp")).status).toBe(200);
  await under.sandbox.idle();
  expect(under.events.at(-1)?.payload).toMatchObject({
    action: "requested_action",
    requested_action: { identifier: "fp" },
  });
});

test("shows each webhook with its answer, sends one again when asked", async () => {
  under.knobs.receiverStatus = 500;
  const delivery = under.sandbox.deliver("ping", { zen: "Keep it simple." });
  await under.sandbox.idle();
  expect(await page("/")).toContain("Invalid HTTP Response: 500");
  under.knobs.receiverStatus = 200;
  await fetch(`${under.baseUrl}/deliveries/${delivery?.id}/attempts`, {
    method: "POST",
    headers: { origin: under.baseUrl },
  });
  await under.sandbox.idle();
  expect(under.events.at(-1)).toMatchObject({ name: "ping", guid: delivery?.guid });
});

test("refuses a button that another site pressed", async () => {
  const response = await fetch(`${under.baseUrl}/acme/shop/runs/${runId}/rerequest`, {
    method: "POST",
    headers: { origin: "https://example.org", "content-type": "application/x-www-form-urlencoded" },
  });
  expect(response.status).toBe(403);
});

test("tells open pages of a change at once", async () => {
  const leaving = new AbortController();
  const response = await fetch(`${under.baseUrl}/events`, { signal: leaving.signal });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toContain("event: hello");
  await work.shell("echo 3 >> f; git commit -qam third; git push -q origin main");
  expect((await reader?.read())?.value).toContain("event: change");
  leaving.abort();
});

test("serves its script with its stylesheets, no other file", async () => {
  for (const [name, type] of [
    ["live.js", "text/javascript"],
    ["sandbox.css", "text/css"],
    ["text.css", "text/css"],
  ]) {
    const { headers } = await fetch(`${under.baseUrl}/assets/${name}`);
    expect(headers.get("content-type")).toContain(type);
  }
  expect((await fetch(`${under.baseUrl}/assets/page.ts`)).status).toBe(404);
});

test.each(["/", "/api/v3/meta", "/acme/shop.git/info/refs?service=git-upload-pack"])(
  "answers %s under no name but the loopback's",
  async (path) => {
    const { port } = new URL(under.baseUrl);
    const statusFor = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sent = request({ host: "127.0.0.1", port, path, headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sent.on("error", reject).end();
      });
    for (const host of ["example.org", `example.org:${port}`, "127.0.0.1:1", "127.0.0.1"]) {
      expect(await statusFor(host), host).toBe(421);
    }
    for (const host of [`127.0.0.1:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
      expect(await statusFor(host), host).not.toBe(421);
    }
  },
);

describe("the visitor's forms", () => {
  const post = (path: string, fields: Record<string, string>, origin = under.baseUrl) =>
    fetch(under.baseUrl + path, {
      method: "POST",
      headers: { origin },
      body: new URLSearchParams(fields),
    });

  test("open a pull request from a pushed branch, show it, merge it", async () => {
    await work.shell("git checkout -qb offered; echo 4 >> f; git commit -qam '4'");
    await work.shell("git push -q origin offered; git checkout -q main");
    expect(await page("/")).toContain('name="head" value="offered"');
    const opened = await post("/acme/shop/pulls", { head: "offered" });
    const { pathname } = new URL(opened.url);
    expect(pathname).toMatch(/^\/acme\/shop\/pull\/\d+$/);
    await under.sandbox.idle();
    expect(under.events.at(-1)).toMatchObject({
      name: "pull_request",
      payload: { action: "opened" },
    });
    const [pull] = under.sandbox.state.pulls;
    if (pull === undefined) throw new Error("no pull request was opened");
    await under.sandbox.people.as("hubot").review(pull, { state: "APPROVED", body: "*Good*" });
    const html = await page(pathname);
    for (const text of [
      "No check has reported yet",
      "<em>Good</em>",
      "<ins>+4</ins>",
      "approved",
    ]) {
      expect(html).toContain(text);
    }
    expect(await page("/")).not.toContain('name="head" value="offered"');
    const merged = await post(`${pathname}/merge`, {});
    expect(await merged.text()).toContain("Merged");
  });

  test("open an issue, comment on it, close it, open it again", async () => {
    const fields = { repository: "acme/shop", title: "Mine <b>", body: "one\r\ntwo" };
    const opened = await post("/issues", fields);
    const { pathname } = new URL(opened.url);
    const issue = under.sandbox.state.issues.at(-1);
    expect(issue).toMatchObject({ body: "one\ntwo", author: { login: "mona" } });
    const commented = await post(`${pathname}/comments`, { body: "A **comment**" });
    expect(await commented.text()).toContain("<strong>comment</strong>");
    await post(`${pathname}/close`, {});
    expect(issue?.state).toBe("closed");
    await post(`${pathname}/reopen`, {});
    expect(issue?.state).toBe("open");
  });

  test("are refused to other sites; what GitHub refuses is said", async () => {
    const fields = { repository: "acme/shop", title: "x" };
    expect((await post("/issues", fields, "https://example.org")).status).toBe(403);
    const tooLong = await post("/issues", { ...fields, title: "x".repeat(257) });
    expect(tooLong.status).toBe(422);
    expect(await tooLong.text()).toContain("Validation Failed");
  });
});
