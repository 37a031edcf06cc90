/** Tasks of one repository wait for each other, those of different ones do not. */
import { describe, expect, it } from "vitest";
import { createKeyedMutex } from "../../../src/source/keyed-mutex.ts";

const NEVER = new AbortController().signal;

/** A task that ends when told to, and writes down when it starts and ends. */
function controlled(name: string, log: string[]) {
  const gate = Promise.withResolvers<void>();
  const task = async (): Promise<string> => {
    log.push(`${name} starts`);
    await gate.promise;
    log.push(`${name} ends`);
    return name;
  };
  return { task, finish: gate.resolve, fail: gate.reject };
}

describe("a keyed mutex", () => {
  it("runs the tasks of one key one after the other, in the order of asking", async () => {
    const mutex = createKeyedMutex<string>();
    const log: string[] = [];
    const tasks = ["a", "b", "c"].map((name) => controlled(name, log));
    const runs = tasks.map(({ task }) => mutex.run("key", NEVER, task));
    for (const { finish } of tasks.toReversed()) finish();

    expect(await Promise.all(runs)).toEqual(["a", "b", "c"]);
    expect(log).toEqual(["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
  });

  it("lets other keys pass", async () => {
    const mutex = createKeyedMutex<string>();
    const log: string[] = [];
    const slow = controlled("slow", log);
    const running = mutex.run("one", NEVER, slow.task);

    expect(await mutex.run("other", NEVER, async () => "done")).toBe("done");
    slow.finish();
    await running;
  });

  it("goes on after a task that failed", async () => {
    const mutex = createKeyedMutex<string>();
    const bad = controlled("bad", []);
    const failing = mutex.run("key", NEVER, bad.task);
    const next = mutex.run("key", NEVER, async () => "next");
    bad.fail(new Error("no"));

    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("next");
  });

  it("keeps the order when one gives up waiting", async () => {
    const mutex = createKeyedMutex<string>();
    const log: string[] = [];
    const first = controlled("first", log);
    const controller = new AbortController();
    const running = mutex.run("key", NEVER, first.task);
    const impatient = mutex.run("key", controller.signal, async () => log.push("impatient"));
    const last = mutex.run("key", NEVER, async () => log.push("last"));

    controller.abort();
    await expect(impatient).rejects.toBe(controller.signal.reason);
    expect(log).toEqual(["first starts"]);
    first.finish();
    await Promise.all([running, last]);
    expect(log).toEqual(["first starts", "first ends", "last"]);
  });
});
