/** Who can read what is written, and what is configured for it: asked anew before each report. */
import { getRepositoryState, type RepositoryName } from "../github/repositories.ts";
import type { EffectivePolicy } from "../model/policy.ts";
import type { CompiledRules } from "../model/rule.ts";
import type { PolicyContext } from "./apply-policy.ts";
import { loadPolicy } from "./load-policy.ts";
import type { JobParts } from "./parts.ts";
import { PLACES_PER_KEY_MAX } from "./read-keys.ts";
import type { RepositorySubject } from "./write-check.ts";

export interface Audience {
  /** True where anyone can read: nothing there may point at a key that may be alive. */
  readonly isPublic: boolean;
  /** Where an issue about a key may go; undefined where it has to wait in the database. */
  readonly issueHome: IssueHome | undefined;
  readonly policy: EffectivePolicy;
  /** What the repository is scanned with now. */
  readonly rules: CompiledRules;
}

export interface IssueHome extends RepositoryName {
  readonly repositoryId: number;
  /** True when the issue is in another repository than the key. */
  readonly isElsewhere: boolean;
}

export async function readAudience(parts: JobParts, subject: RepositorySubject): Promise<Audience> {
  const { repository, installationId } = subject;
  const octokit = parts.github.installation(installationId);
  const name = { owner: repository.owner, repo: repository.name };
  const live = await getRepositoryState(octokit, name);
  const { policy, rules, issuesRepository } = await loadPolicy(parts, subject);
  const own = live.isPrivate && live.hasIssues ? repository : undefined;
  const home = issuesRepository ?? own;
  const issueHome = home && {
    owner: home.owner,
    repo: home.name,
    repositoryId: home.id,
    isElsewhere: home.id !== repository.id,
  };
  return { isPublic: !live.isPrivate, issueHome, policy, rules };
}

/** What applying the configuration to a list of keys needs to know. */
export function policyContextOf(parts: JobParts, { policy, isPublic }: Audience): PolicyContext {
  return {
    policy,
    now: parts.now(),
    isPrivate: !isPublic,
    occurrencesMax: PLACES_PER_KEY_MAX,
  };
}
