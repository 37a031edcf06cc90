/** Heads that are pushed, each with a key or without one, and what GitHub shows of them in the end. */
import type { RepositoryUnderTest } from "./github-under-test.ts";
import { githubToken } from "./random-keys.ts";

export interface Head {
  readonly repo: RepositoryUnderTest;
  readonly commit: string;
  readonly hasKey: boolean;
}

/** One head per branch, each with a key of its own unless it is clean. */
export function makeHeads(
  repo: RepositoryUnderTest,
  branches: readonly string[],
  cleanBranches: ReadonlySet<string>,
): readonly Head[] {
  return branches.map((branch) => {
    const hasKey = !cleanBranches.has(branch);
    const key = githubToken(`${repo.name} ${branch}`);
    const files = { [`${branch}.env`]: hasKey ? `T=${key}\n` : "T=\n" };
    return { repo, hasKey, commit: repo.commit({ branch, files }) };
  });
}

export function isChecked({ repo, commit }: Head): boolean {
  return repo.checks(commit).some(({ status }) => status === "completed");
}

/** What is not as it has to be; zeros throughout where nothing was lost and nothing doubled. */
export interface Faults {
  readonly checksMissing: number;
  readonly checksDoubled: number;
  readonly checksWrong: number;
  readonly issuesMissing: number;
  readonly issuesDoubled: number;
}

/** Compares what GitHub shows with one right check per head and one issue per key. */
export function countFaults(heads: readonly Head[]): Faults {
  const checks = heads.map((head) => ({ ...head, checks: head.repo.checks(head.commit) }));
  const repos = [...Map.groupBy(heads, ({ repo }) => repo)].map(([repo, ofRepo]) => {
    const titles = repo.issues().map(({ title }) => title);
    const keyCount = ofRepo.filter(({ hasKey }) => hasKey).length;
    return { keyCount, issueCount: titles.length, distinctCount: new Set(titles).size };
  });
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  return {
    checksMissing: heads.filter((head) => !isChecked(head)).length,
    checksDoubled: sum(checks.map((head) => Math.max(0, head.checks.length - 1))),
    checksWrong: checks.filter(({ checks: [check], hasKey }) => {
      const isOver = check?.status === "completed";
      return isOver && check.conclusion !== (hasKey ? "failure" : "success");
    }).length,
    issuesMissing: sum(repos.map((repo) => Math.max(0, repo.keyCount - repo.distinctCount))),
    issuesDoubled: sum(repos.map((repo) => Math.max(0, repo.issueCount - repo.keyCount))),
  };
}
