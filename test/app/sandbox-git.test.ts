/** The sandbox's git with its webhooks: real pushes in, signed events out. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listExamples, listMissingFields } from "../support/payload-shape.ts";
import {
  type SandboxUnderTest,
  startSandbox,
  type WorkTree,
} from "../support/sandbox-under-test.ts";

let under: SandboxUnderTest;

beforeAll(async () => {
  under = await startSandbox();
});
afterAll(async () => {
  await under.stop();
});
beforeEach(() => {
  under.knobs.receiverStatus = 200;
});

async function pushed(work: WorkTree, ...args: string[]): Promise<SandboxUnderTest["events"]> {
  await under.sandbox.idle();
  under.events.length = 0;
  await work.git("push", "--quiet", "origin", ...args);
  await under.sandbox.idle();
  return under.events.filter((event) => event.name === "push");
}

describe("push", () => {
  test("sends one signed event that tells of the commits with their paths", async () => {
    const work = await under.createRepository("first-push");
    await work.shell(`
      echo one > kept; echo two > gone; mkdir 'a folder'; echo é > 'a folder/ünïcode "x"'
      git add . && git commit -qm 'First' -m 'with a body'
      git rm -q gone && echo more >> kept && git commit -qam 'Second'`);
    const head = await work.git("rev-parse", "HEAD");
    const [event, ...others] = await pushed(work, "main");

    expect(others).toEqual([]);
    expect(event?.signed).toBe(true);
    expect(event?.appId).toBe(String(under.sandbox.appId));
    expect(event?.guid).toMatch(/^[0-9a-f-]{36}$/);
    expect(event?.payload).toMatchObject({
      ref: "refs/heads/main",
      before: "0".repeat(40),
      after: head,
      created: true,
      deleted: false,
      forced: false,
      base_ref: null,
      repository: { name: "first-push", private: true, default_branch: "main" },
      organization: { login: "acme" },
      installation: { id: under.sandbox.installationId },
      pusher: { name: "mona" },
      sender: { login: "mona" },
      head_commit: {
        id: head,
        message: "Second",
        added: [],
        removed: ["gone"],
        modified: ["kept"],
      },
    });
    expect(event?.payload.commits).toMatchObject([
      {
        message: "First\n\nwith a body",
        distinct: true,
        author: { name: "Ada", email: "ada@example.org" },
        committer: { name: "Mona", username: "mona" },
        added: ['a folder/ünïcode "x"', "gone", "kept"],
      },
      { id: head },
    ]);
  });

  test("has every field that all of GitHub's examples have", async () => {
    const work = await under.createRepository("shape");
    await work.shell("echo a > a; git add .; git commit -qm a");
    const [event] = await pushed(work, "main");
    expect(listMissingFields(event?.payload, listExamples("push"))).toEqual([]);
  });

  test("says forced with only the new commits when history was rewritten", async () => {
    const work = await under.createRepository("forced");
    await work.shell("for n in 1 2 3; do echo $n > f; git add f; git commit -qm c$n; done");
    await pushed(work, "main");
    const before = await work.git("rev-parse", "HEAD");
    await work.shell("git reset -q --hard HEAD~2; echo x > g; git add g; git commit -qm other");
    const [event] = await pushed(work, "--force", "main");
    expect(event?.payload).toMatchObject({ before, forced: true, created: false });
    expect(event?.payload.commits).toMatchObject([{ message: "other" }]);
  });

  test("compares a new branch with the default branch", async () => {
    const work = await under.createRepository("branches");
    await work.shell("echo 1 > f; git add f; git commit -qm base");
    await pushed(work, "main");
    await work.shell("git checkout -qb side; echo 2 > f; git commit -qam side");
    const [side] = await pushed(work, "side");
    expect(side?.payload).toMatchObject({ created: true, ref: "refs/heads/side" });
    expect(side?.payload.commits).toMatchObject([{ message: "side", distinct: true }]);

    const [copy] = await pushed(work, "side:refs/heads/copy");
    expect(copy?.payload.commits).toMatchObject([{ message: "side", distinct: false }]);
  });

  test("sends a merge with what it changes against its first parent", async () => {
    const work = await under.createRepository("merge");
    await work.shell(`
      echo 1 > f; git add f; git commit -qm base
      git checkout -qb side; echo 2 > g; git add g; git commit -qm side
      git checkout -q main; echo 3 > h; git add h; git commit -qm main
      git merge -q --no-commit side; echo evil > i; git add i; git commit -qm merge`);
    const [event] = await pushed(work, "main");
    expect(event?.payload.head_commit).toMatchObject({ message: "merge", added: ["g", "i"] });
    expect(event?.payload.commits).toHaveLength(4);
  });

  test("tells of a deleted branch without commits", async () => {
    const work = await under.createRepository("deleted");
    await work.shell("echo 1 > f; git add f; git commit -qm base");
    await pushed(work, "main", "main:refs/heads/side");
    const [event] = await pushed(work, ":side");
    expect(event?.payload).toMatchObject({
      ref: "refs/heads/side",
      after: "0".repeat(40),
      deleted: true,
      head_commit: null,
      commits: [],
    });
  });

  test("names the tag object of an annotated tag, the commit as its head", async () => {
    const work = await under.createRepository("tag");
    await work.shell("echo 1 > f; git add f; git commit -qm base; git tag -a v1 -m 'a message'");
    const [branch, tag] = await pushed(work, "main", "v1");
    expect(branch?.payload.ref).toBe("refs/heads/main");
    expect(tag?.payload).toMatchObject({
      ref: "refs/tags/v1",
      after: await work.git("rev-parse", "v1"),
      head_commit: { id: await work.git("rev-parse", "HEAD") },
      commits: [],
    });
  });

  test("sends nothing for tags when more than three come at once", async () => {
    const work = await under.createRepository("many-tags");
    await work.shell(
      "echo 1 > f; git add f; git commit -qm base; for n in 1 2 3 4; do git tag v$n; done",
    );
    const events = await pushed(work, "main", "--tags");
    expect(events.map((event) => event.payload.ref)).toEqual(["refs/heads/main"]);
  });

  test("lists the newest 2,048 of more commits", async () => {
    const work = await under.createRepository("long");
    await work.shell(`
      (for n in $(seq 2100); do
        printf 'commit refs/heads/main\\ncommitter A <a@example.org> %s +0000\\ndata <<.\\nc%s\\n.\\n' $((1700000000 + n)) $n
      done) | git fast-import --quiet`);
    const [event] = await pushed(work, "main");
    expect(event?.payload.commits).toHaveLength(2_048);
    expect(event?.payload.commits?.at(-1)?.message).toBe("c2100");
  });

  test("lists at most 3,000 paths of a commit", async () => {
    const work = await under.createRepository("wide");
    await work.shell("seq 3100 | split -l 1 -a 4 -d - f; git add .; git commit -qm wide");
    const [event] = await pushed(work, "main");
    expect(event?.payload.head_commit?.added).toHaveLength(3_000);
  });

  test("takes a push that is larger than one buffer of the client", async () => {
    const work = await under.createRepository("large");
    await work.shell("head -c 3000000 /dev/urandom > big; git add big; git commit -qm big");
    expect(await pushed(work, "main")).toHaveLength(1);
    const copy = `${work.dir}-copy`;
    await work.git("clone", "--quiet", under.sandbox.pushUrl("large"), copy);
    await work.shell(`cmp big '${copy}/big'`);
  });

  test("makes the first branch pushed the default branch", async () => {
    const work = await under.createRepository("trunk");
    await work.shell("git checkout -qb trunk; echo 1 > f; git add f; git commit -qm base");
    const [event] = await pushed(work, "trunk");
    expect(event?.payload).toMatchObject({ repository: { default_branch: "trunk" } });
  });

  test("of two clients at once is told as two, each with its own branch", async () => {
    const work = await under.createRepository("parallel");
    await work.shell("echo 1 > f; git add f; git commit -qm base");
    await pushed(work, "main");
    under.events.length = 0;
    const names = ["a", "b", "c", "d"];
    await Promise.all(names.map((name) => work.git("push", "--quiet", "origin", `main:${name}`)));
    await under.sandbox.idle();
    const refs = under.events
      .filter(({ name }) => name === "push")
      .map(({ payload }) => payload.ref);
    expect(refs.sort()).toEqual(names.map((name) => `refs/heads/${name}`));
  });

  test("asks for a check suite of the pushed commit", async () => {
    const work = await under.createRepository("suite");
    await work.shell("echo 1 > f; git add f; git commit -qm base");
    await pushed(work, "main");
    const suite = under.events.find((event) => event.name === "check_suite");
    expect(suite?.payload).toMatchObject({
      action: "requested",
      check_suite: { head_branch: "main", head_sha: await work.git("rev-parse", "HEAD") },
    });
    const examples = listExamples("check_suite", "requested");
    expect(listMissingFields(suite?.payload, examples)).toEqual([]);
  });
});

describe("fetch", () => {
  test("serves a client that compresses its long request", async () => {
    const work = await under.createRepository("compressed");
    await work.shell(`
      (for n in $(seq 80); do
        printf 'commit refs/heads/b%s\\ncommitter A <a@example.org> 1700000000 +0000\\ndata 3\\nc%s\\n' $n $n
      done) | git fast-import --quiet`);
    await pushed(work, "--all");
    const copy = `${work.dir}-copy`;
    await work.git("clone", "--quiet", "--mirror", under.sandbox.pushUrl("compressed"), copy);
    const refs = await work.git("-C", copy, "for-each-ref", "refs/heads");
    expect(refs.split("\n")).toHaveLength(80);
  });

  test("serves partial clones with single objects by id", async () => {
    const work = await under.createRepository("partial");
    await work.shell("echo 1 > f; git add f; git commit -qm one; echo 2 > f; git commit -qam two");
    await pushed(work, "main");
    const blob = await work.git("rev-parse", "HEAD~1:f");
    const url = under.sandbox.pushUrl("partial");
    const copy = `${work.dir}-bare`;
    await work.git("clone", "--quiet", "--bare", "--filter=blob:none", url, copy);
    const missing = await work.git("-C", copy, "rev-list", "--objects", "--missing=print", "--all");
    expect(missing).toContain(`?${blob}`);
    await work.git("-C", copy, "fetch", "--quiet", "--filter=blob:none", "origin", blob);
    expect(await work.git("-C", copy, "cat-file", "blob", blob)).toBe("1");
  });

  test("takes an installation token, as the App uses it", async () => {
    const work = await under.createRepository("token");
    await work.shell("echo 1 > f; git add f; git commit -qm base");
    await pushed(work, "main");
    const { token } = (await under.installation.auth({ type: "installation" })) as {
      token: string;
    };
    const url = `${under.baseUrl}/acme/token.git`.replace("://", `://x-access-token:${token}@`);
    expect(await work.git("ls-remote", url)).toContain("refs/heads/main");
    await expect(work.git("push", url, "main:other")).rejects.toThrow(/403/);
  });

  test("refuses a stranger, a wrong token, a token of another repository", async () => {
    const work = await under.createRepository("closed");
    await under.createRepository("elsewhere");
    const bare = `${under.baseUrl}/acme/closed.git`;
    await expect(work.git("ls-remote", bare)).rejects.toThrow(
      /could not read Username|Authentication/,
    );
    const wrong = bare.replace("://", "://push:wrong@");
    await expect(work.git("ls-remote", wrong)).rejects.toThrow(/Authentication failed/);
    const narrow = await under.app.rest.apps.createInstallationAccessToken({
      installation_id: under.sandbox.installationId,
      repositories: ["elsewhere"],
    });
    const other = bare.replace("://", `://x-access-token:${narrow.data.token}@`);
    await expect(work.git("ls-remote", other)).rejects.toThrow(/not found/);
  });

  test("shows no file of a repository's folder", async () => {
    await under.createRepository("files");
    const authorization = `Basic ${Buffer.from(`push:${new URL(under.sandbox.pushUrl("files")).password}`).toString("base64")}`;
    for (const path of ["config", "HEAD", "objects/info/packs", "../files.git/config"]) {
      const response = await fetch(`${under.baseUrl}/acme/files.git/${path}`, {
        headers: { authorization },
      });
      expect(response.status, path).toBe(404);
    }
  });

  test("runs no hook of a repository", async () => {
    const work = await under.createRepository("hooks");
    const [repository] = under.sandbox.state.repositories.slice(-1);
    expect(repository?.name).toBe("hooks");
    const mark = `${work.dir}/hook-ran`;
    const hooks = `${work.dir}/../git/acme/hooks.git/hooks`;
    await work.shell(`
      mkdir -p '${hooks}'; printf '#!/bin/sh\\ntouch %s\\n' '${mark}' > '${hooks}/post-receive'
      chmod +x '${hooks}/post-receive'; echo 1 > f; git add f; git commit -qm base`);
    await pushed(work, "main");
    await expect(work.shell(`test -e '${mark}'`)).rejects.toThrow();
  });
});

describe("deliveries", () => {
  test("records what the receiver answered; a redelivery keeps the guid", async () => {
    under.knobs.receiverStatus = 500;
    const delivery = under.sandbox.deliver("ping", { zen: "Keep it simple." });
    await under.sandbox.idle();
    expect(delivery).toMatchObject({ status: "Invalid HTTP Response: 500", statusCode: 500 });
    const failed = await under.app.rest.apps.listWebhookDeliveries();
    expect(failed.data[0]).toMatchObject({ guid: delivery?.guid, event: "ping", status_code: 500 });

    under.knobs.receiverStatus = 202;
    await under.app.rest.apps.redeliverWebhookDelivery({ delivery_id: delivery?.id ?? 0 });
    await under.sandbox.idle();
    const pings = under.events.filter((event) => event.name === "ping");
    expect(pings.map((event) => event.guid)).toEqual([delivery?.guid, delivery?.guid]);
    const detail = await under.app.rest.apps.getWebhookDelivery({ delivery_id: delivery?.id ?? 0 });
    expect(detail.data.request.payload).toEqual({ zen: "Keep it simple." });
  });

  test("does not send a payload over 25 MB", () => {
    expect(under.sandbox.deliver("push", { text: "x".repeat(26 * 1024 * 1024) })).toBeUndefined();
  });

  test("announces the installation with its repositories", async () => {
    await under.createRepository("announced");
    under.sandbox.announceInstallation();
    await under.sandbox.idle();
    const event = under.events.findLast(({ name }) => name === "installation");
    expect(event?.payload).toMatchObject({ action: "created", installation: { app_id: 1 } });
    expect(event?.payload.repositories).toContainEqual(
      expect.objectContaining({ full_name: "acme/announced", private: true }),
    );
    const examples = listExamples("installation", "created");
    expect(listMissingFields(event?.payload, examples)).toEqual([]);
  });
});
