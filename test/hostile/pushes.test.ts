/** Pushes of the worst kinds, whole: through git, webhook and service, with another repository beside. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import type { RepositoryUnderTest } from "../support/github-under-test.ts";
import { githubToken } from "../support/random-keys.ts";

let app: AppUnderTest;
let other: RepositoryUnderTest;

beforeAll(async () => {
  app = await startApp();
  other = await app.repository("bystander");
});

afterAll(async () => {
  process.stdout.write(
    app
      .log()
      .split("\n")
      .filter((l) => /fail|error/.test(l))
      .join("\n"),
  );
  await app.stop();
});

/** Pushes to another repository every second until `work` is done. @returns the slowest answer. */
async function withBystander(name: string, work: Promise<void>): Promise<number> {
  let isDone = false;
  let slowestMs = 0;
  const done = work.finally(() => {
    isDone = true;
  });
  for (let count = 0; !isDone; count += 1) {
    const started = performance.now();
    const head = other.commit({ files: { [`${name}-${count}`]: "x\n" } });
    await other.pushOnly("main");
    const isChecked = () => other.checks(head).some((check) => check.status === "completed");
    await expect.poll(isChecked, { timeout: 60_000, interval: 20 }).toBe(true);
    slowestMs = Math.max(slowestMs, performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  await done;
  return slowestMs;
}

function report(what: string, startedMs: number, slowestMs: number): void {
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
  const resident = (process.memoryUsage.rss() / 1e6).toFixed(0);
  process.stdout.write(
    `${what}: done in ${seconds} s, ${resident} MB resident; slowest push beside it ${slowestMs.toFixed(0)} ms\n`,
  );
}

test("a tree of a hundred million paths is a gap, and the key beside it is found", async () => {
  const repo = await app.repository("bomb");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const leaf = repo.commit({ branch: "seed", parents: [], files: { x: "x\n" } });
  let tree = repo.git("rev-parse", `${leaf}^{tree}`);
  for (let level = 0; level < 8; level += 1) {
    tree = repo.makeTree(
      Array.from({ length: 10 }, (_, index) => `040000 tree ${tree}\td${index}\n`).join(""),
    );
  }
  const blob = repo.blob(
    repo.commit({ branch: "seed", files: { k: `T=${githubToken("bomb")}\n` } }),
    "k",
  );
  const top = repo.makeTree(`040000 tree ${tree}\tbomb\n100644 blob ${blob}\tk.env\n`);
  const head = repo.git("commit-tree", top, "-p", repo.git("rev-parse", "main"), "-m", "bomb");
  const started = performance.now();
  const slowestMs = await withBystander("bomb", repo.push(`${head}:refs/heads/main`));
  report("tree bomb", started, slowestMs);
  expect(repo.check(head).conclusion).toBe("failure");
  expect(repo.check(head).output?.summary).toContain("### Not scanned");
  expect(repo.issues()).toHaveLength(1);
});

test("fifty files of 90 MB are gaps, and the key beside them is found", async () => {
  const repo = await app.repository("heavy");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  for (let index = 0; index < 50; index += 1) {
    const bytes = Buffer.alloc(90_000_000, `${index} lorem ipsum `);
    repo.commit({ files: { [`dump-${index}.sql`]: bytes } });
  }
  const head = repo.commit({ files: { "k.env": `T=${githubToken("heavy")}\n` } });
  const started = performance.now();
  const slowestMs = await withBystander("heavy", repo.push("main"));
  report("fifty files of 90 MB", started, slowestMs);
  expect(repo.check(head).conclusion).toBe("failure");
  expect(repo.check(head).output?.summary).toContain("file over the size limit: 50 objects");
  expect(repo.issues()).toHaveLength(1);
});

test("ten thousand branches at once, of which GitHub tells nothing, are all read", async () => {
  const repo = await app.repository("branches");
  const base = repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  // What is pushed before the history was read for the first time is history, and judges no head.
  await app.run("recover", {});
  const tips = repo.commits(
    Array.from({ length: 200 }, (_, index) => ({
      branch: `work-${index}`,
      parents: [base],
      files: { [`f-${index}`]: index === 150 ? `T=${githubToken("branches")}\n` : "x\n" },
    })),
  );
  const refs = Array.from(
    { length: 10_000 },
    (_, index) => `create refs/heads/many/${index} ${tips[index % tips.length]}\n`,
  );
  repo.updateRefs(refs.join(""));
  const started = performance.now();
  const work = async (): Promise<void> => {
    await repo.push("refs/heads/many/*:refs/heads/many/*");
    await app.run("recover", {});
  };
  const slowestMs = await withBystander("branches", work());
  report("ten thousand branches", started, slowestMs);
  for (const tip of tips) expect(repo.check(tip).status).toBe("completed");
  expect(repo.check(tips[150] ?? "").conclusion).toBe("failure");
  expect(repo.issues()).toHaveLength(1);
});
