import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FolderLockedError, lockFolder } from "../../../src/lib/folder-lock.ts";
import type { LockOrder } from "../../support/lock-holder.ts";

const HOLDER = join(import.meta.dirname, "..", "..", "support", "lock-holder.ts");

let folder: string;
let path: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rekeeper-lock-"));
  path = join(folder, "database.lock");
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

it("is held until it is released, and can be taken again then", () => {
  const first = lockFolder(path);
  expect(() => lockFolder(path)).toThrow(FolderLockedError);
  first.release();
  const second = lockFolder(path);
  // The one before has nothing left to release.
  first.release();
  expect(() => lockFolder(path)).toThrow(FolderLockedError);
  second.release();
});

it("refuses while another process lives, naming it and what to do", async () => {
  const holder = await startHolder();
  expect(await tell(holder, { take: path })).toBe("taken");
  expect(() => lockFolder(path)).toThrow(
    new RegExp(`process ${holder.pid} uses .* stop that process, or set REKEEPER_DATA_DIR`),
  );
  expect(await tell(holder, { release: path })).toBe("released");
  lockFolder(path).release();
});

it("is taken from a process that was killed", async () => {
  await killHolder(path);
  const lock = lockFolder(path);
  expect(() => lockFolder(path)).toThrow(FolderLockedError);
  lock.release();
});

it("is taken from a process whose id belongs to another program by now", async () => {
  const { pid } = await killHolder(path);
  const [file = ""] = listLocks();
  const text = readFileSync(join(folder, file), "utf8");
  writeFileSync(join(folder, file), text.replace(String(pid), String(process.pid)));
  lockFolder(path).release();
});

it("is not taken from a process of the same number in another container that renews it", async () => {
  await killHolder(path);
  moveHolderElsewhere();
  expect(() => lockFolder(path)).toThrow(/a process on other-container:1 uses .* in a minute/);
});

it("is taken from a process in another container that renews it no more", async () => {
  await killHolder(path);
  const file = moveHolderElsewhere();
  const then = new Date(Date.now() - 61_000);
  utimesSync(file, then, then);
  lockFolder(path).release();
});

it("leaves one file behind, however often it is taken", async () => {
  await killHolder(path);
  for (let count = 0; count < 5; count += 1) lockFolder(path).release();
  expect(readdirSync(folder)).toHaveLength(1);
});

it("goes to exactly one of several processes that find the same dead holder", async () => {
  await killHolder(path);
  const [dead = ""] = listLocks();
  const racers = await Promise.all([startHolder(), startHolder(), startHolder(), startHolder()]);
  for (let round = 0; round < 25; round += 1) {
    const contested = join(folder, `round-${round}.lock`);
    copyFileSync(join(folder, dead), dead.replace(/^.*lock/, contested));
    const answers = await Promise.all(racers.map((racer) => tell(racer, { take: contested })));
    expect(answers.toSorted()).toEqual(["refused", "refused", "refused", "taken"]);
  }
});

/** As another container would have written it: the same numbers may be in use here as well. */
function moveHolderElsewhere(): string {
  const [name = ""] = listLocks();
  const file = join(folder, name);
  const [pid, startTime] = readFileSync(file, "utf8").split(" ");
  writeFileSync(file, `${pid} ${startTime} other-container:1\n`);
  return file;
}

function listLocks(): string[] {
  return readdirSync(folder).filter((name) => name.startsWith("database.lock"));
}

async function startHolder(): Promise<ChildProcess> {
  const child = fork(HOLDER);
  children.push(child);
  expect(await once(child, "message")).toEqual(["ready", undefined]);
  return child;
}

async function killHolder(lockPath: string): Promise<ChildProcess> {
  const holder = await startHolder();
  expect(await tell(holder, { take: lockPath })).toBe("taken");
  holder.kill("SIGKILL");
  await once(holder, "exit");
  return holder;
}

async function tell(child: ChildProcess, order: LockOrder): Promise<string> {
  child.send(order);
  const [answer] = (await once(child, "message")) as [string];
  return answer;
}
