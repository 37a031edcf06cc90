/** Every git process ends, within its limits, with nothing of it left. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GitCall, runGit, streamGit } from "../../../src/source/git-child.ts";
import { GitError } from "../../../src/source/git-error.ts";
import { listProcesses } from "../../support/source-under-test.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rekeeper-child-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A call of a stand-in for git that runs a shell script. */
function scripted(script: string, overrides: Partial<GitCall> = {}): GitCall {
  writeFileSync(join(root, "git"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, "git"), 0o700);
  return {
    gitDir: root,
    config: [],
    subcommand: "try",
    args: [],
    environment: { PATH: `${root}:${process.env["PATH"]}` },
    timeoutMs: 10_000,
    stdoutBytesMax: 1_000_000,
    signal: new AbortController().signal,
    ...overrides,
  };
}

async function failureOf(call: GitCall): Promise<unknown> {
  return await runGit(call).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("a git process", () => {
  it("gives its output and exit status", async () => {
    const { stdout, status } = await runGit(
      scripted("cat; exit 1", { input: ["a", "b"], statuses: [1] }),
    );
    expect(stdout.toString()).toBe("ab");
    expect(status).toBe(1);
  });

  it("is killed with its children at its time limit", async () => {
    const error = await failureOf(scripted("sleep 61 & sleep 62 & wait", { timeoutMs: 200 }));

    expect(error).toMatchObject({ name: "GitError", kind: "timeout", retryable: true });
    expect(listProcesses(root)).toEqual([]);
  });

  it("is killed when it does not listen", async () => {
    const error = await failureOf(
      scripted("trap '' TERM; while :; do sleep 1; done", { timeoutMs: 100 }),
    );

    expect(error).toMatchObject({ kind: "timeout" });
    expect(listProcesses(root)).toEqual([]);
  });

  it("does not outlive its leader by a child that holds its pipes", async () => {
    const error = await failureOf(
      scripted(`sh -c 'sleep 63; : ${"$0"}' ${root} & exit 3`, { timeoutMs: 200 }),
    );

    expect(error).toMatchObject({ kind: "timeout" });
    expect(listProcesses(root)).toEqual([]);
  });

  it("is killed on abort, which throws the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    setTimeout(() => controller.abort(reason), 100);

    expect(await failureOf(scripted("sleep 64", { signal: controller.signal }))).toBe(reason);
    expect(listProcesses(root)).toEqual([]);
  });

  it("is not started at all under an aborted signal", async () => {
    const call = scripted(`touch ${root}/started`, { signal: AbortSignal.abort() });
    await failureOf(call);
    expect(existsSync(join(root, "started"))).toBe(false);
  });

  it("is killed when it prints more than its limit", async () => {
    const error = await failureOf(scripted("yes", { stdoutBytesMax: 100_000 }));

    expect(error).toMatchObject({ kind: "too-large", retryable: false });
    expect(listProcesses(root)).toEqual([]);
  });

  it("is killed when its folder outgrows its limit", async () => {
    const error = await failureOf(
      scripted(`head -c 200000 /dev/zero > ${root}/pack; sleep 65`, {
        folderLimit: { folder: root, bytesMax: 100_000 },
      }),
    );

    expect(error).toMatchObject({ kind: "too-large" });
    expect(listProcesses(root)).toEqual([]);
  });

  it("is killed when its reader stops early", async () => {
    for await (const _ of streamGit(scripted("yes"))) break;
    expect(listProcesses(root)).toEqual([]);
  });

  it("is not charged for the time its reader takes", async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of streamGit(
      scripted("echo a; sleep 0.1; echo b", { timeoutMs: 1_000 }),
    )) {
      chunks.push(chunk);
      await sleep(600);
    }
    expect(Buffer.concat(chunks).toString()).toBe("a\nb\n");
  });

  it("that is not installed is told so", async () => {
    const error = await failureOf(scripted("", { environment: { PATH: join(root, "nowhere") } }));
    expect(error).toMatchObject({ kind: "failed", retryable: false });
    expect(String(error)).toContain("install git");
  });

  it("keeps its standard error to itself", async () => {
    const error = await failureOf(scripted("echo 'fatal: hush-hush' >&2; exit 128"));

    expect(error).toBeInstanceOf(GitError);
    expect(JSON.stringify(error) + String(error)).not.toContain("hush");
    expect(String(error)).toContain("git try: failed (exit status 128)");
  });
});

describe("a failure is classified", () => {
  it.each([
    ["fatal: unable to access 'x': Could not resolve host: x", "unreachable", true],
    ["fatal: unable to access 'x': Failed to connect to x port 443", "unreachable", true],
    ["fatal: unable to access 'x': The requested URL returned error: 503", "unreachable", true],
    ["fatal: unable to access 'x': The requested URL returned error: 429", "unreachable", true],
    ["fatal: unable to access 'x': The requested URL returned error: 403", "denied", false],
    ["fatal: Authentication failed for 'x'", "denied", false],
    ["fatal: could not read Username for 'x': terminal prompts disabled", "denied", false],
    ["remote: Repository not found.\nfatal: repository 'x' not found", "not-found", false],
    ["fatal: couldn't find remote ref refs/heads/x", "not-found", false],
    [`fatal: remote error: upload-pack: not our ref ${"a".repeat(40)}`, "not-found", true],
    ["fatal: bad object", "failed", true],
  ])("%s", async (stderr, kind, retryable) => {
    const script = `cat >&2 <<'END'\n${stderr}\nEND\nexit 128`;
    expect(await failureOf(scripted(script))).toMatchObject({ kind, retryable });
  });
});
