/** Pull requests on the sandbox: what people do, what the App hears, what the API answers. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PullRequest } from "../../src/sandbox/conversation.ts";
import type { People } from "../../src/sandbox/people.ts";
import { listExamples, listMissingFields } from "../support/payload-shape.ts";
import {
  type SandboxUnderTest,
  startSandbox,
  type WorkTree,
} from "../support/sandbox-under-test.ts";

let under: SandboxUnderTest;
let work: WorkTree;
let people: People;
let branchCount = 0;
const shop = { owner: "acme", repo: "shop" } as const;

beforeAll(async () => {
  under = await startSandbox();
  people = under.sandbox.people;
  work = await under.createRepository("shop");
  await work.shell("seq 40 > f; git add f; git commit -qm base; git push -q origin main");
});
afterEach(async () => {
  await work.shell("git checkout -qf main; git fetch -q origin; git reset -q --hard origin/main");
});
afterAll(async () => {
  await under.stop();
});

async function eventsDuring(action: () => unknown) {
  await under.sandbox.idle();
  under.events.length = 0;
  await action();
  await under.sandbox.idle();
  return [...under.events];
}

/** A branch of its own with one commit, pushed; gives its name. */
async function pushBranch(script = "echo change >> f"): Promise<string> {
  branchCount += 1;
  const branch = `topic-${branchCount}`;
  await work.shell(`
    git checkout -qb ${branch}; ${script}; git add .; git commit -qm 'On ${branch}'
    git push -q origin ${branch}`);
  return branch;
}

async function openPull(more: { readonly draft?: boolean; readonly script?: string } = {}) {
  const head = await pushBranch(more.script);
  const draft = more.draft ?? false;
  return await people.openPullRequest({ repository: "shop", head, title: head, draft });
}

/** The line that the branch in the work tree appended last. */
async function lastLine(): Promise<number> {
  return (await work.git("show", "HEAD:f")).split("\n").length;
}

function target(pull: PullRequest) {
  return { ...shop, pull_number: pull.number };
}

describe("a pull request", () => {
  test("is told of when opened, in GitHub's shape, with a ref for its head", async () => {
    const head = await pushBranch();
    const events = await eventsDuring(() =>
      people.openPullRequest({ repository: "shop", head, title: "A title", body: "A body" }),
    );
    expect(events.map(({ name }) => name)).toEqual(["pull_request"]);
    const sha = await work.git("rev-parse", head);
    expect(events[0]?.payload).toMatchObject({
      action: "opened",
      pull_request: {
        title: "A title",
        body: "A body",
        draft: false,
        merged: false,
        mergeable: true,
        commits: 1,
        additions: 1,
        changed_files: 1,
        author_association: "MEMBER",
        head: { sha, ref: head, label: `acme:${head}`, repo: { full_name: "acme/shop" } },
        base: { ref: "main", repo: { name: "shop" } },
      },
    });
    const examples = listExamples("pull_request", "opened");
    expect(listMissingFields(events[0]?.payload, examples)).toEqual([]);
    const number = under.sandbox.state.pulls.at(-1)?.number;
    expect(await work.git("ls-remote", "origin", `refs/pull/${number}/head`)).toContain(sha);
  });

  test("follows its branch: push, then synchronize with before and after", async () => {
    const pull = await openPull();
    const before = pull.head.sha;
    await work.shell("echo more >> f; git commit -qam more");
    const events = await eventsDuring(() => work.git("push", "-q", "origin", "HEAD"));
    expect(events.map(({ name }) => name).sort()).toEqual(["check_suite", "pull_request", "push"]);
    const after = await work.git("rev-parse", "HEAD");
    const event = events.find(({ name }) => name === "pull_request");
    expect(event?.payload).toMatchObject({
      action: "synchronize",
      before,
      after,
      pull_request: { head: { sha: after }, commits: 2 },
    });
    const examples = listExamples("pull_request", "synchronize");
    expect(listMissingFields(event?.payload, examples)).toEqual([]);
  });

  test("is edited, made a draft, ready, closed, reopened: each its own event", async () => {
    const pull = await openPull();
    await work.git("push", "-q", "origin", "main:refs/heads/other-base");
    const events = await eventsDuring(async () => {
      await people.editPullRequest(pull, { title: "New", body: "Text" });
      await people.editPullRequest(pull, { base: "other-base" });
      people.convertToDraft(pull);
      people.markReady(pull);
      people.closePullRequest(pull);
      people.reopenPullRequest(pull);
    });
    expect(events.map(({ payload }) => payload.action)).toEqual([
      "edited",
      "edited",
      "converted_to_draft",
      "ready_for_review",
      "closed",
      "reopened",
    ]);
    expect(events[0]?.payload).toMatchObject({
      changes: { title: { from: expect.stringMatching("topic") }, body: { from: "" } },
    });
    expect(events[1]?.payload).toMatchObject({
      changes: { base: { ref: { from: "main" }, sha: { from: expect.any(String) } } },
      pull_request: { base: { ref: "other-base" } },
    });
    expect(events[4]?.payload).toMatchObject({ pull_request: { merged: false } });
    for (const event of events) {
      const examples = listExamples("pull_request", event.payload.action);
      expect(listMissingFields(event.payload, examples)).toEqual([]);
    }
  });

  test("is merged: the base moves, the pull request is closed as merged", async () => {
    const pull = await openPull();
    const { data } = await under.installation.rest.pulls.get(target(pull));
    expect(data).toMatchObject({ merged: false, mergeable_state: "clean" });
    let sha = "";
    const events = await eventsDuring(async () => {
      sha = await people.mergePullRequest(pull);
    });
    expect(events.find(({ name }) => name === "push")?.payload).toMatchObject({
      ref: "refs/heads/main",
      after: sha,
    });
    const closed = events.filter(({ payload }) => payload.action === "closed");
    expect(closed).toHaveLength(1);
    expect(closed[0]?.payload).toMatchObject({
      pull_request: { merged: true, merge_commit_sha: sha, merged_by: { login: "mona" } },
    });
    expect(() => people.reopenPullRequest(pull)).toThrow("Validation Failed");
  });

  test("is closed as merged when its commits come to the base by a push", async () => {
    const pull = await openPull();
    await work.git("push", "-q", "origin", "HEAD:main");
    expect(pull).toMatchObject({ state: "closed", merge: { by: { login: "mona" } } });
  });

  test("is closed when its branch is deleted", async () => {
    const pull = await openPull();
    await work.git("push", "-q", "origin", `:${pull.head.branch}`);
    expect(pull).toMatchObject({ state: "closed", merge: null });
  });

  test("is refused where there is one already, no commit, no such branch", async () => {
    const pull = await openPull();
    const open = (head: string) => people.openPullRequest({ repository: "shop", head, title: "x" });
    const refused = { status: 422 };
    await expect(open(pull.head.branch)).rejects.toMatchObject(refused);
    await expect(open("main")).rejects.toMatchObject(refused);
    await expect(open("no-such-branch")).rejects.toMatchObject(refused);
  });

  test("with conflicts says so, can't be merged", async () => {
    const other = await under.createRepository("conflicts");
    await other.shell(`
      echo base > f; git add f; git commit -qm base; git push -q origin main
      git checkout -qb theirs; echo theirs > f; git commit -qam theirs; git push -q origin theirs
      git checkout -q main; echo ours > f; git commit -qam ours; git push -q origin main`);
    const wanted = { repository: "conflicts", head: "theirs", title: "Conflicts" };
    const pull = await people.openPullRequest(wanted);
    const where = { owner: "acme", repo: "conflicts", pull_number: pull.number };
    const { data } = await under.installation.rest.pulls.get(where);
    expect(data).toMatchObject({ mergeable: false, mergeable_state: "dirty" });
    await expect(people.mergePullRequest(pull)).rejects.toMatchObject({ status: 405 });
  });
});

describe("a fork", () => {
  test("opens a pull request whose head the base can be asked for, without push events", async () => {
    const fork = await people.as("hubot").fork("shop");
    await work.shell("git checkout -qb forked; echo fork > g; git add g; git commit -qm fork");
    const pushed = await eventsDuring(() => work.git("push", "-q", fork.pushUrl, "forked"));
    expect(pushed).toEqual([]);
    let pull: PullRequest | undefined;
    const opened = await eventsDuring(async () => {
      const wanted = { repository: "shop", head: "hubot:forked", title: "From a fork" };
      pull = await people.as("hubot").openPullRequest(wanted);
    });
    expect(opened[0]?.payload).toMatchObject({
      action: "opened",
      sender: { login: "hubot" },
      pull_request: {
        head: { label: "hubot:forked", repo: { full_name: "hubot/shop", fork: true } },
        base: { repo: { full_name: "acme/shop", fork: false } },
      },
    });
    await work.shell("echo again >> g; git commit -qam again");
    const followed = await eventsDuring(() => work.git("push", "-q", fork.pushUrl, "forked"));
    expect(followed.map(({ name, payload }) => `${name}.${payload.action}`)).toEqual([
      "pull_request.synchronize",
    ]);
    const sha = await work.git("rev-parse", "forked");
    const clone = `${work.dir}-clone`;
    await work.shell(`
      git init -q ${clone}; cd ${clone}
      git fetch -q ${under.sandbox.pushUrl("shop")} ${sha} refs/pull/${pull?.number}/head
      git cat-file -e ${sha}`);
    const { data } = await under.installation.rest.checks.create({
      ...shop,
      name: "rekeeper",
      head_sha: sha,
    });
    expect(data.pull_requests).toEqual([]);
  });

  test("can't be reached with the App's token; the base can't be pushed to by a reader", async () => {
    const call = under.installation.rest.repos.get({ owner: "hubot", repo: "shop" });
    await expect(call).rejects.toMatchObject({ status: 404 });
    const url = under.sandbox.pushUrl("shop", "hubot");
    await expect(work.git("push", "-q", url, "main:refs/heads/x")).rejects.toThrow("403");
  });
});

describe("the API", () => {
  test("lists, filters, creates, edits pull requests", async () => {
    const head = await pushBranch();
    const { data: made } = await under.installation.rest.pulls.create({
      ...shop,
      head,
      base: "main",
      title: "By the App",
    });
    const list = async (more: object) =>
      (await under.installation.rest.pulls.list({ ...shop, ...more })).data.map(
        (one) => one.number,
      );
    expect(await list({ head: `acme:${head}` })).toEqual([made.number]);
    expect(await list({ state: "closed", base: "none" })).toEqual([]);
    const edit = { ...shop, pull_number: made.number, state: "closed" } as const;
    const { data: closed } = await under.installation.rest.pulls.update(edit);
    expect(closed.state).toBe("closed");
    const sha = made.head.sha;
    const { data: ofCommit } =
      await under.installation.rest.repos.listPullRequestsAssociatedWithCommit({
        ...shop,
        commit_sha: sha,
      });
    expect(ofCommit.map(({ number }) => number)).toEqual([made.number]);
  });

  test("shows files with their hunks, moved and removed ones, and the commits", async () => {
    const script = "git mv f moved; printf 'a\\nb\\n' > 'new é'; printf '\\0' > binary";
    const pull = await openPull({ script });
    const { data: files } = await under.installation.rest.pulls.listFiles(target(pull));
    expect(files).toMatchObject([
      { filename: "binary", status: "added" },
      { filename: "moved", status: "renamed", previous_filename: "f", changes: 0 },
      { filename: "new é", status: "added", additions: 2, patch: "@@ -0,0 +1,2 @@\n+a\n+b" },
    ]);
    expect(files[0]).not.toHaveProperty("patch");
    const { data: commits } = await under.installation.rest.pulls.listCommits(target(pull));
    expect(commits).toMatchObject([
      {
        sha: pull.head.sha,
        committer: { login: "mona" },
        author: null,
        commit: { comment_count: 0 },
      },
    ]);
    expect(commits[0]?.parents).toHaveLength(1);
  });

  test("takes a pull request for an issue, with its comments and labels", async () => {
    const pull = await openPull();
    const issue_number = pull.number;
    await under.installation.rest.issues.createComment({ ...shop, issue_number, body: "Sticky" });
    await under.installation.rest.issues.update({ ...shop, issue_number, labels: ["seen"] });
    const { data } = await under.installation.rest.issues.get({ ...shop, issue_number });
    expect(data).toMatchObject({
      pull_request: { merged_at: null },
      comments: 1,
      labels: [{ name: "seen" }],
    });
    const listed = await under.installation.rest.issues.listForRepo({ ...shop, labels: "seen" });
    expect(listed.data.map(({ number }) => number)).toEqual([pull.number]);
  });
});

describe("a review", () => {
  test("is told of with its comments, which may be edited", async () => {
    const pull = await openPull();
    const line = await lastLine();
    const events = await eventsDuring(async () => {
      const review = await people.review(pull, {
        state: "CHANGES_REQUESTED",
        body: "Look",
        comments: [{ path: "f", line, body: "Here" }],
      });
      people.editReview(review, "Look again");
      const comment = under.sandbox.state.reviewComments.at(-1);
      if (comment !== undefined) people.editReviewComment(comment, "There");
    });
    expect(events.map(({ name, payload }) => `${name}.${payload.action}`)).toEqual([
      "pull_request_review.submitted",
      "pull_request_review_comment.created",
      "pull_request_review.edited",
      "pull_request_review_comment.edited",
    ]);
    expect(events[0]?.payload).toMatchObject({ review: { state: "changes_requested" } });
    expect(events[3]?.payload).toMatchObject({ changes: { body: { from: "Here" } } });
    for (const { name, payload } of events) {
      const action = payload.action === "edited" ? undefined : payload.action;
      expect(listMissingFields(payload, listExamples(name, action))).toEqual([]);
    }
    const { data: reviews } = await under.installation.rest.pulls.listReviews(target(pull));
    expect(reviews).toMatchObject([{ state: "CHANGES_REQUESTED", body: "Look again" }]);
  });

  test("of the App's is refused as a whole for a line outside the diff", async () => {
    const pull = await openPull();
    const last = await lastLine();
    const submit = (lines: readonly number[]) =>
      under.installation.rest.pulls.createReview({
        ...target(pull),
        event: "COMMENT",
        body: "Suggestion",
        comments: lines.map((line) => ({ path: "f", line, body: "x" })),
      });
    await expect(submit([last, 2])).rejects.toThrow("must be part of the diff");
    expect(under.sandbox.state.reviews.filter((one) => one.pull === pull)).toEqual([]);
    expect((await submit([last])).status).toBe(200);
    const { data } = await under.installation.rest.pulls.listReviewComments(target(pull));
    expect(data).toMatchObject([{ path: "f", line: last, side: "RIGHT", subject_type: "line" }]);
    const { data: alone } = await under.installation.rest.pulls.createReviewComment({
      ...target(pull),
      commit_id: pull.head.sha,
      path: "f",
      line: last,
      body: "Alone",
    });
    const edit = { ...shop, comment_id: alone.id, body: "Edited" };
    const { data: edited } = await under.installation.rest.pulls.updateReviewComment(edit);
    expect(edited.body).toBe("Edited");
    await under.installation.rest.reactions.createForPullRequestReviewComment({
      ...shop,
      comment_id: alone.id,
      content: "eyes",
    });
  });
});

test("a merge queue asks for checks of what it would merge, then merges it", async () => {
  const pull = await openPull({ script: "echo q > queued" });
  const asked = await eventsDuring(() => people.enterMergeQueue(pull));
  const event = asked.find(({ name }) => name === "merge_group");
  expect(event?.payload).toMatchObject({
    action: "checks_requested",
    merge_group: { base_ref: "refs/heads/main" },
  });
  expect(listMissingFields(event?.payload, listExamples("merge_group"))).toEqual([]);
  const again = await openPull({ script: "echo r > queued-too" });
  const group = await people.enterMergeQueue(again);
  const ended = await eventsDuring(() => people.leaveMergeQueue(group, "merged"));
  expect(ended.find(({ name }) => name === "merge_group")?.payload).toMatchObject({
    action: "destroyed",
    reason: "merged",
  });
  expect(again.merge?.sha).toBe(group.head.id);
});
