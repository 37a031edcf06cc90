/** Remembers for a while which branches require the check, so that not every scan asks. */
import { isCheckRequired } from "../github/branch-rules.ts";
import type { GitHub } from "../github/client.ts";
import type { RepositorySubject } from "./write-check.ts";

export interface RequiredBranches {
  /** Answers false when GitHub cannot be asked: the check is then shown a little later. */
  requires(subject: RepositorySubject, branch: string): Promise<boolean>;
}

const REMEMBERED_MS = 600_000;
const BRANCHES_MAX = 10_000;

export function createRequiredBranches(github: GitHub, now: () => Date): RequiredBranches {
  const known = new Map<string, { readonly isRequired: boolean; readonly until: number }>();
  return {
    async requires({ repository, installationId }, branch) {
      const key = `${repository.id} ${branch}`;
      const entry = known.get(key);
      if (entry !== undefined && entry.until > now().getTime()) return entry.isRequired;
      const octokit = github.installation(installationId);
      const name = { owner: repository.owner, repo: repository.name };
      const isRequired = await isCheckRequired(octokit, name, branch).catch(() => false);
      if (known.size >= BRANCHES_MAX) known.clear();
      known.set(key, { isRequired, until: now().getTime() + REMEMBERED_MS });
      return isRequired;
    },
  };
}
