/** What people do on the sandbox besides pull requests: the App hears of it as from GitHub. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
const shop = { owner: "acme", repo: "shop" } as const;

beforeAll(async () => {
  under = await startSandbox();
  people = under.sandbox.people;
  work = await under.createRepository("shop");
  await work.shell(`
    mkdir .github; echo 'gate: {}' > .github/rekeeper.yml; echo '* @mona' > CODEOWNERS
    git add .; git commit -qm base; git push -q origin main`);
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

function namesOf(events: SandboxUnderTest["events"]): string[] {
  return events.map(({ name, payload }) =>
    payload.action === undefined ? name : `${name}.${payload.action}`,
  );
}

function checkShapes(events: SandboxUnderTest["events"]): void {
  for (const { name, payload } of events) {
    const ofAction = listExamples(name, payload.action);
    const examples = ofAction.length > 0 ? ofAction : listExamples(name);
    expect(listMissingFields(payload, examples), `${name}.${payload.action}`).toEqual([]);
  }
}

describe("an issue", () => {
  test("of a person's is told of at each turn", async () => {
    const events = await eventsDuring(() => {
      const issue = people.openIssue({ repository: "shop", title: "One", labels: ["bug"] });
      people.editIssue(issue, { title: "Two", body: "Text" });
      people.lock(issue, "resolved");
      people.unlock(issue);
      people.closeIssue(issue, "not_planned");
      people.reopenIssue(issue);
      people.deleteIssue(issue);
    });
    expect(namesOf(events)).toEqual([
      "issues.opened",
      "issues.labeled",
      "issues.edited",
      "issues.locked",
      "issues.unlocked",
      "issues.closed",
      "issues.reopened",
      "issues.deleted",
    ]);
    expect(events[2]?.payload).toMatchObject({
      changes: { title: { from: "One" }, body: { from: "" } },
      sender: { login: "mona" },
    });
    checkShapes(events);
  });

  test("takes comments, reactions, a lock that keeps readers out", async () => {
    const issue = people.openIssue({ repository: "shop", title: "Talk" });
    const reader = people.as("hubot");
    const events = await eventsDuring(() => {
      const comment = reader.comment(issue, "One");
      reader.editComment(comment, "Two");
      people.deleteComment(comment);
    });
    expect(namesOf(events)).toEqual([
      "issue_comment.created",
      "issue_comment.edited",
      "issue_comment.deleted",
    ]);
    checkShapes(events);
    people.lock(issue);
    expect(() => reader.comment(issue, "x")).toThrow("issue is locked");
    people.comment(issue, "An administrator may");
    const comment_id = under.sandbox.state.comments.at(-1)?.id ?? 0;
    const react = { ...shop, comment_id, content: "eyes" } as const;
    const first = await under.installation.rest.reactions.createForIssueComment(react);
    const second = await under.installation.rest.reactions.createForIssueComment(react);
    expect([first.status, second.status]).toEqual([201, 200]);
    const { data } = await under.installation.rest.issues.getComment({ ...shop, comment_id });
    expect(data.reactions).toMatchObject({ eyes: 1, total_count: 1 });
  });

  test("is 410 for the App where issues are switched off", async () => {
    await under.createRepository("silent");
    for (const one of under.sandbox.state.repositories) {
      if (one.name === "silent") one.hasIssues = false;
    }
    const call = under.installation.rest.issues.create({
      owner: "acme",
      repo: "silent",
      title: "x",
    });
    await expect(call).rejects.toMatchObject({ status: 410 });
  });
});

test("roles are told with their names, an outsider has none", async () => {
  people.join("mallory");
  people.join("tina", { member: true });
  people.setRole("shop", "tina", "maintain");
  const roleOf = async (username: string) =>
    (await under.installation.rest.repos.getCollaboratorPermissionLevel({ ...shop, username }))
      .data;
  expect(await roleOf("tina")).toMatchObject({ permission: "write", role_name: "maintain" });
  expect(await roleOf("mallory")).toMatchObject({ permission: "none" });
  expect(await roleOf("mona")).toMatchObject({ permission: "admin", role_name: "admin" });
  const outsider = people.as("mallory");
  expect(() => outsider.openIssue({ repository: "shop", title: "x" })).toThrow("read rights");
});

test("a release is told of as created, published, released, edited; its tag as a push", async () => {
  const events = await eventsDuring(async () => {
    const wanted = { repository: "shop", tag: "v1", name: "One", body: "Notes" };
    const release = await people.publishRelease(wanted);
    people.editRelease(release, { name: "First", body: "Other notes" });
  });
  expect(namesOf(events).sort()).toEqual([
    "push",
    "release.created",
    "release.edited",
    "release.published",
    "release.released",
  ]);
  checkShapes(events);
  const { data } = await under.installation.rest.repos.listReleases(shop);
  expect(data).toMatchObject([{ tag_name: "v1", body: "Other notes" }]);
  const { data: tag } = await under.installation.rest.git.getRef({ ...shop, ref: "tags/v1" });
  expect(tag.object.type).toBe("commit");
});

describe("a repository", () => {
  test("is told of when published, made private, archived, given another default", async () => {
    await work.git("push", "-q", "origin", "main:refs/heads/next");
    const events = await eventsDuring(async () => {
      people.setVisibility("shop", "public");
      people.setVisibility("shop", "private");
      people.archiveRepository("shop");
      people.unarchiveRepository("shop");
      await people.setDefaultBranch("shop", "next");
      await people.setDefaultBranch("shop", "main");
    });
    expect(namesOf(events)).toEqual([
      "repository.publicized",
      "public",
      "repository.privatized",
      "repository.archived",
      "repository.unarchived",
      "repository.edited",
      "repository.edited",
    ]);
    expect(events[5]?.payload).toMatchObject({ changes: { default_branch: { from: "main" } } });
    checkShapes(events.filter(({ payload }) => payload.action !== "edited"));
  });

  test("archived may be read, not written", async () => {
    const issue = people.openIssue({ repository: "shop", title: "Before" });
    people.archiveRepository("shop");
    const target = { ...shop, issue_number: issue.number };
    await expect(under.installation.rest.issues.get(target)).resolves.toBeDefined();
    const write = under.installation.rest.issues.createComment({ ...target, body: "x" });
    await expect(write).rejects.toMatchObject({ status: 403 });
    await expect(work.git("push", "-q", "origin", "main:refs/heads/x")).rejects.toThrow("403");
    people.unarchiveRepository("shop");
  });

  test("renamed is found under its old name, by REST as by git", async () => {
    const old = await under.createRepository("before");
    await old.shell("echo 1 > f; git add f; git commit -qm base; git push -q origin main");
    const events = await eventsDuring(() => people.renameRepository("before", "after"));
    expect(events[0]?.payload).toMatchObject({
      action: "renamed",
      changes: { repository: { name: { from: "before" } } },
      repository: { full_name: "acme/after" },
    });
    checkShapes(events);
    const where = { owner: "acme", repo: "before" };
    const { data, url } = await under.installation.rest.repos.get(where);
    expect(data.full_name).toBe("acme/after");
    expect(url).toContain("/repositories/");
    await under.installation.rest.issues.create({ ...where, title: "Written by its old name" });
    expect(under.sandbox.state.issues.at(-1)?.repository.name).toBe("after");
    await old.git("fetch", "-q", "origin");
  });

  test("transferred to where the App is not is out of its reach", async () => {
    await under.createRepository("moving");
    const events = await eventsDuring(() => people.transferRepository("moving", "hubot"));
    expect(events[0]?.payload).toMatchObject({
      action: "transferred",
      changes: { owner: { from: { organization: { login: "acme" } } } },
    });
    const call = under.installation.rest.repos.get({ owner: "hubot", repo: "moving" });
    await expect(call).rejects.toMatchObject({ status: 404 });
  });

  test("deleted is told of, then gone", async () => {
    await under.createRepository("doomed");
    const events = await eventsDuring(() => people.deleteRepository("doomed"));
    expect(namesOf(events)).toEqual(["repository.deleted"]);
    const call = under.installation.rest.repos.get({ owner: "acme", repo: "doomed" });
    await expect(call).rejects.toMatchObject({ status: 404 });
  });
});

describe("an installation", () => {
  test("loses a repository, then gets it back", async () => {
    const remote = under.sandbox.pushUrl("shop");
    const events = await eventsDuring(async () => {
      people.removeFromInstallation("shop");
      await work.git("push", "-q", remote, "main:refs/heads/unseen");
      await expect(under.installation.rest.repos.get(shop)).rejects.toMatchObject({ status: 404 });
      people.addToInstallation("shop");
    });
    expect(namesOf(events)).toEqual([
      "installation_repositories.removed",
      "installation_repositories.added",
    ]);
    checkShapes(events);
  });

  test("suspended gets no events, has its tokens refused", async () => {
    const events = await eventsDuring(async () => {
      people.suspendApp();
      people.openIssue({ repository: "shop", title: "Unheard" });
      await expect(under.installation.rest.repos.get(shop)).rejects.toThrow("suspended");
      people.unsuspendApp();
    });
    expect(namesOf(events)).toEqual(["installation.suspend", "installation.unsuspend"]);
  });
});

describe("contents", () => {
  const file = { ...shop, path: ".github/rekeeper.yml" };

  test("are a file as JSON, as raw text, at any commit", async () => {
    const { data } = await under.installation.rest.repos.getContent(file);
    expect(data).toMatchObject({ type: "file", name: "rekeeper.yml", encoding: "base64" });
    const text = "content" in data ? Buffer.from(data.content, "base64").toString() : "";
    expect(text).toBe("gate: {}\n");
    const ref = await work.git("rev-parse", "main");
    const mediaType = { format: "raw" };
    const raw = await under.installation.rest.repos.getContent({ ...file, ref, mediaType });
    expect(raw.data).toBe("gate: {}\n");
  });

  test("that the client has are 304, missing ones 404", async () => {
    const { headers } = await under.installation.rest.repos.getContent(file);
    const again = { ...file, headers: { "if-none-match": headers.etag } };
    await expect(under.installation.rest.repos.getContent(again)).rejects.toMatchObject({
      status: 304,
    });
    for (const more of [{ path: "no/such/file" }, { ref: "no-such-branch" }]) {
      const call = under.installation.rest.repos.getContent({ ...file, ...more });
      await expect(call).rejects.toMatchObject({ status: 404 });
    }
  });

  test("of a folder are its entries", async () => {
    const list = async (path: string) => {
      const { data } = await under.installation.rest.repos.getContent({ ...shop, path });
      return Array.isArray(data) ? data.map(({ type, path: at }) => `${type} ${at}`) : [];
    };
    expect(await list("")).toEqual(["dir .github", "file CODEOWNERS"]);
    expect(await list(".github")).toEqual(["file .github/rekeeper.yml"]);
  });
});
