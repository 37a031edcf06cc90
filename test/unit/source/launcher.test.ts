/** That git started from another process is as good as our own child. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitProcess } from "../../../src/source/git-process.ts";
import { createLauncher, type Launcher } from "../../../src/source/launcher.ts";

let folder: string;
let launcher: Launcher;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rekeeper-launcher-"));
  launcher = await createLauncher(folder);
});

afterAll(async () => {
  await launcher.close();
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

async function launch(script: string, environment = {}): Promise<GitProcess> {
  const env = { PATH: process.env["PATH"] ?? "", ...environment };
  return await launcher.launch({ file: "/bin/sh", args: ["-c", script], environment: env });
}

test("all bytes come through, in both directions, and the status at the end", async () => {
  const child = await launch('cat; echo "$WORD" >&2; exit 7', { WORD: "said" });
  const input = "0123456789abcdef".repeat(250_000);
  child.stdin.end(input);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(output.length).toBe(input.length);
  expect(output).toBe(input);
  expect(errors).toBe("said\n");
  expect(await child.closed).toBe(7);
});

test("output that is there before anybody reads is not lost", async () => {
  const child = await launch("echo early; exit 0");
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.stdin.end();
  expect(await text(child.stdout)).toBe("early\n");
  child.stderr.resume();
  expect(await child.closed).toBe(0);
});

test("a process that is over before its streams were looked at has lost nothing", async () => {
  for (let round = 0; round < 10; round += 1) {
    const launching = launch("echo soon over");
    const busyUntil = performance.now() + 200;
    while (performance.now() < busyUntil);
    const child = await launching;
    child.stdin.end();
    child.stderr.resume();
    expect(await text(child.stdout)).toBe("soon over\n");
    expect(await child.closed).toBe(0);
  }
});

test("many at once keep their streams apart", async () => {
  const words = Array.from({ length: 40 }, (_, index) => `word ${index}\n`);
  const outputs = await Promise.all(
    words.map(async (word) => {
      const child = await launch("cat");
      child.stderr.resume();
      child.stdin.end(word);
      return await text(child.stdout);
    }),
  );
  expect(outputs).toEqual(words);
});

test("what is killed with its group ends with a signal", async () => {
  const child = await launch("sleep 60 & sleep 60");
  child.stderr.resume();
  child.stdout.resume();
  process.kill(-(child.pid ?? 0), "SIGKILL");
  expect(await child.closed).toBeNull();
});

test("a program that is not there settles without a status", async () => {
  const child = await launcher.launch({ file: "/no/such/program", args: [], environment: {} });
  expect(child.pid).toBeUndefined();
  expect(await child.closed).toBeUndefined();
});

test("when the launcher is killed what it had to do fails, and the next one starts another", async () => {
  const child = await launch("echo $PPID; exec sleep 60");
  const [first] = (await child.stdout[Symbol.asyncIterator]().next()).value.toString().split("\n");
  process.kill(Number(first), "SIGKILL");
  expect(await child.closed).toBeUndefined();
  process.kill(-(child.pid ?? 0), "SIGKILL");
  const next = await launch("echo again");
  next.stdin.end();
  next.stderr.resume();
  expect(await text(next.stdout)).toBe("again\n");
});
