/** How a walk takes a remote that is slow, closed, gone or hostile. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { asObjectId, type ObjectId } from "../../../src/model/ids.ts";
import {
  BLOB_LIMITS,
  listProcesses,
  readAll,
  type SourceOptions,
  type SourceUnderTest,
  startSourceUnderTest,
} from "../../support/source-under-test.ts";

let sut: SourceUnderTest;
beforeEach(async () => {
  sut = await startSourceUnderTest();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await sut.close();
});

async function restart(options: SourceOptions): Promise<void> {
  await sut.close();
  sut = await startSourceUnderTest(options);
}

/** Makes the server take the first `count` uploads and never answer them. */
function stallUploads(count: number): void {
  let left = count;
  sut.server.intercept = (request) => request.method === "POST" && left-- > 0;
}

/** Five commits in a row; the tip. */
function commitFive(): ObjectId {
  const specs = [1, 2, 3, 4, 5].map((index) => ({ files: { a: `${index}\n` } }));
  return asObjectId(
    sut.repo
      .commits(specs.map((spec, index) => (index === 0 ? { ...spec, parents: [] } : spec)))
      .at(-1),
  );
}

describe("a stalled server", () => {
  it("ends the walk at the time limit, with no process left", async () => {
    await restart({ limits: { fetchMs: 400 } });
    const head = commitFive();
    stallUploads(Number.POSITIVE_INFINITY);

    await expect(sut.walk({ head })).rejects.toMatchObject({ kind: "timeout", retryable: true });
    expect(listProcesses(sut.root)).toEqual([]);
    expect(listProcesses(sut.server.url(""))).toEqual([]);
    expect(readdirSync(sut.cacheDir).sort()).toEqual(["42.git", "home"]);
  });

  it("is answered by a shallow fetch where that is allowed, and the walk says so", async () => {
    await restart({ limits: { fetchMs: 1_500 } });
    const head = commitFive();
    stallUploads(1);

    const walk = await sut.walk({ head, shallowDepth: 2 });

    expect(walk.shallow).toBe(true);
    expect(walk.commitCount).toBe(2);
  });

  it("leaves a shallow cache that a walk without that permission completes", async () => {
    await restart({ limits: { fetchMs: 1_500 } });
    const head = commitFive();
    stallUploads(1);
    await sut.walk({ head, shallowDepth: 2 });

    const walk = await sut.walk({ head });

    expect(walk.shallow).toBe(false);
    expect(walk.commitCount).toBe(5);
  });

  it("never costs a cache the history that it has", async () => {
    await restart({ limits: { fetchMs: 1_000 } });
    const base = commitFive();
    await sut.walk({ head: base });
    const head = sut.repo.commit({ files: { a: "6\n" } });
    stallUploads(1);

    await expect(sut.walk({ head, shallowDepth: 2 })).rejects.toMatchObject({ kind: "timeout" });
    expect(await sut.walk({ head })).toMatchObject({ shallow: false, commitCount: 6 });
  });

  it("is let go when the job is aborted, with no process left", async () => {
    const head = commitFive();
    stallUploads(Number.POSITIVE_INFINITY);
    const controller = new AbortController();
    const opening = sut.walk({ head, signal: controller.signal });
    await vi.waitUntil(() => sut.server.requests.some(({ method }) => method === "POST"), 10_000);
    expect(listProcesses(sut.server.url("repo.git"))).not.toEqual([]);

    controller.abort();

    await expect(opening).rejects.toBe(controller.signal.reason);
    expect(listProcesses(sut.root)).toEqual([]);
    expect(listProcesses(sut.server.url(""))).toEqual([]);
  });

  it("does not hold up the abort of a walk that waits behind it", async () => {
    const head = commitFive();
    stallUploads(Number.POSITIVE_INFINITY);
    const first = new AbortController();
    const second = new AbortController();
    const openings = [first, second].map(({ signal }) => sut.walk({ head, signal }));

    second.abort();
    await expect(openings[1]).rejects.toBe(second.signal.reason);
    first.abort();
    await expect(openings[0]).rejects.toBe(first.signal.reason);
  });

  it("leaves an abort during the reading without processes and files", async () => {
    const head = commitFive();
    const controller = new AbortController();
    const walk = await sut.walk({ head, signal: controller.signal });
    stallUploads(Number.POSITIVE_INFINITY);
    const reading = readAll(walk.fragments(BLOB_LIMITS));
    setTimeout(() => controller.abort(), 100);

    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
    await walk.close();
    expect(listProcesses(sut.root)).toEqual([]);
    expect(readdirSync(sut.cacheDir).sort()).toEqual(["42.git", "home"]);
  });
});

describe("a refusal", () => {
  it.each([
    [401, "denied", false],
    [403, "denied", false],
    [404, "not-found", false],
    [429, "unreachable", true],
    [502, "unreachable", true],
  ])("with status %i is told as %s", async (status, kind, retryable) => {
    const head = commitFive();
    sut.server.intercept = (_, response) => {
      response.statusCode = status;
      response.end();
      return true;
    };
    await expect(sut.walk({ head })).rejects.toMatchObject({ kind, retryable });
  });

  it("by nobody listening is told as unreachable", async () => {
    const remote = { url: "http://127.0.0.1:9/x.git", authorization: async () => undefined };
    const head = commitFive();
    await expect(sut.walk({ head, remote })).rejects.toMatchObject({ kind: "unreachable" });
  });

  it("to know the head is told as not found and worth a retry", async () => {
    commitFive();
    const head = asObjectId("e".repeat(40));
    await expect(sut.walk({ head })).rejects.toMatchObject({ kind: "not-found", retryable: true });
  });

  it("to be the right place is not followed", async () => {
    const head = commitFive();
    let redirectCount = 0;
    sut.server.intercept = ({ url = "" }, response) => {
      if (!url.startsWith("/moved.git")) return false;
      redirectCount += 1;
      response.writeHead(302, { location: url.replace("moved", "repo") }).end();
      return true;
    };
    const remote = { url: sut.server.url("moved.git"), authorization: async () => undefined };

    await expect(sut.walk({ head, remote })).rejects.toMatchObject({ name: "GitError" });
    expect(redirectCount).toBe(1);
    expect(sut.server.requests.some(({ path }) => path.startsWith("/repo.git"))).toBe(false);
  });

  it.each(["file:///etc", "ssh://host/x", "ext::sh -c x", "/etc", "https://user@host/x"])(
    "of the address %s comes from us",
    async (url) => {
      const head = commitFive();
      const remote = { url, authorization: async () => undefined };
      await expect(sut.walk({ head, remote })).rejects.toThrow(TypeError);
    },
  );
});

describe("nothing but our own wishes moves git", () => {
  it("not the environment of our process", async () => {
    const head = commitFive();
    const marker = join(sut.root, "ran");
    const script = join(sut.root, "script");
    writeFileSync(script, `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o700 });
    const home = join(sut.root, "people");
    mkdirSync(home);
    writeFileSync(
      join(home, ".gitconfig"),
      `[core]\n\thooksPath = ${sut.root}\n\tpager = ${script}\n`,
    );
    const hostile = {
      GIT_DIR: "/nowhere",
      GIT_WORK_TREE: "/nowhere",
      GIT_OBJECT_DIRECTORY: "/nowhere",
      GIT_EXTERNAL_DIFF: script,
      GIT_PAGER: script,
      GIT_ASKPASS: script,
      GIT_SSH_COMMAND: script,
      GIT_PROXY_COMMAND: script,
      GIT_CONFIG_PARAMETERS: "'url.file:///nowhere.insteadOf=http://'",
      HOME: home,
      HTTP_PROXY: "http://127.0.0.1:9",
      http_proxy: "http://127.0.0.1:9",
    };
    for (const [name, value] of Object.entries(hostile)) vi.stubEnv(name, value);

    const walk = await sut.walk({ head });
    const { contents } = await readAll(walk.fragments(BLOB_LIMITS));
    await walk.changes(new Set(walk.rangeBlobs));

    expect(contents.size).toBe(5);
    expect(existsSync(marker)).toBe(false);
  });

  it("not a hook in the cache, nor what the repository says about itself", async () => {
    const base = commitFive();
    await sut.walk({ head: base });
    const marker = join(sut.root, "ran");
    const hooks = join(sut.gitDir, "hooks");
    mkdirSync(hooks);
    for (const hook of [
      "reference-transaction",
      "post-checkout",
      "pre-auto-gc",
      "post-index-change",
    ]) {
      writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o700 });
    }
    const head = sut.repo.commit({
      files: {
        ".gitattributes": "* diff=evil filter=evil textconv=evil\n",
        ".gitmodules": `[submodule "x"]\n\tpath = x\n\turl = ${sut.server.url("other.git")}\n`,
        ".gitconfig": `[diff "evil"]\n\tcommand = touch ${marker}\n\ttextconv = touch ${marker}\n`,
        ".mailmap": "Mallory <mallory@example.org> <ada@example.org>\n",
        x: "1\n",
      },
    });

    const walk = await sut.walk({ head, bases: [base] });
    await readAll(walk.fragments(BLOB_LIMITS));
    const changes = await walk.changes(new Set(walk.rangeBlobs));

    expect(changes).toHaveLength(5);
    expect(changes[0]?.author.email).toBe("ada@example.org");
    expect(existsSync(marker)).toBe(false);
    expect(sut.server.requests.some(({ path }) => path.includes("other.git"))).toBe(false);
  });
});
