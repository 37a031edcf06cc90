/** Finds out what is in force for a repository: its own file, joined with the organisation's base. */
import type { Octokit } from "@octokit/rest";
import { mergePolicies } from "../config/policy/merge.ts";
import { findRepositoryByName, type RepositoryRow } from "../db/repositories.ts";
import type { GitHub } from "../github/client.ts";
import { GitHubError } from "../github/failure.ts";
import { getRepositoryState, type LiveRepository } from "../github/repositories.ts";
import type { InstallationId, RepositoryId } from "../model/ids.ts";
import type { EffectivePolicy, PolicySource, PolicyWarning } from "../model/policy.ts";
import type { CompiledRules } from "../model/rule.ts";
import { listUnknownRules } from "./list-unknown-rules.ts";
import { joinRules } from "./own/join-rules.ts";
import type { OwnRuleTrials } from "./own/own-rule-trials.ts";
import {
  type PolicyFileParts,
  type PolicyFileState,
  type PolicyFileSubject,
  readPolicyFile,
} from "./policy-file.ts";
import type { RepositorySubject } from "./write-check.ts";

export interface PolicyParts extends PolicyFileParts {
  readonly github: Pick<GitHub, "installation">;
  readonly rules: CompiledRules;
  readonly ownRules: OwnRuleTrials;
}

export interface LoadedPolicy {
  readonly policy: EffectivePolicy;
  /** Those of the program and the own ones that are in force. */
  readonly rules: CompiledRules;
  /** Where issues go; absent where none is named, or the named one may not be used. */
  readonly issuesRepository?: RepositoryRow;
}

export const BASE_REPOSITORY = ".github";
const STATUS_NOT_FOUND = 404;

/**
 * Both files are read from the default branches as they are at this moment, also for a pull
 * request, whatever its base: what a branch changes in them counts once it is merged there.
 *
 * @throws GitHubError while GitHub cannot be asked; the job that asks is tried again.
 */
export async function loadPolicy(
  parts: PolicyParts,
  subject: RepositorySubject,
): Promise<LoadedPolicy> {
  const octokit = parts.github.installation(subject.installationId);
  const { base, own, merged } = await readPolicies(parts, subject);
  const tried = await parts.ownRules.try(merged.ownRules);
  const rules = joinRules(parts.rules, tried.inForce);
  const home = await findIssuesRepository(parts, octokit, subject, merged);
  const { repository: _named, ...otherIssues } = merged.issues;
  const warnings = [
    ...warningsOf("organisation", base),
    ...warningsOf("repository", own),
    ...merged.warnings,
    ...tried.warnings,
    ...listUnknownRules(merged, rules),
    ...(home?.warning === undefined ? [] : [home.warning]),
  ];
  return {
    rules,
    policy: {
      ...merged,
      issues: home?.row === undefined ? otherIssues : merged.issues,
      origins: merged.origins.filter(
        ({ key }) => key !== "issues.repository" || home?.row !== undefined,
      ),
      warnings,
    },
    ...(home?.row !== undefined && { issuesRepository: home.row }),
  };
}

/** The files that count for a repository, and what they say together. @throws as `loadPolicy`. */
export async function readPolicies(
  parts: PolicyParts,
  subject: RepositorySubject,
): Promise<{
  readonly base: PolicyFileState;
  readonly own: PolicyFileState;
  readonly merged: EffectivePolicy;
}> {
  const octokit = parts.github.installation(subject.installationId);
  const base = await readBase(parts, octokit, subject);
  const own = await readPolicyFile(parts, octokit, fileOf(subject, "repository"));
  return { base, own, merged: mergePolicies(base.policy, own.policy) };
}

/** The base counts where its repository is one of those the App was installed on. */
async function readBase(
  parts: PolicyParts,
  octokit: Octokit,
  { repository, installationId }: RepositorySubject,
): Promise<PolicyFileState> {
  const holder = await findInstalled(parts, repository, installationId, BASE_REPOSITORY);
  if (holder === undefined) return { problems: [] };
  return await readPolicyFile(
    parts,
    octokit,
    fileOf({ repository: holder, installationId }, "organisation"),
  );
}

async function findInstalled(
  parts: PolicyParts,
  { account_id }: RepositoryRow,
  installationId: InstallationId,
  name: string,
): Promise<RepositoryRow | undefined> {
  const found = await findRepositoryByName(parts.db, account_id, name);
  return found?.installation_id === installationId ? found : undefined;
}

function fileOf(
  { repository, installationId }: RepositorySubject,
  source: PolicySource,
): PolicyFileSubject {
  const { owner, name, id } = repository;
  return { owner, repo: name, repositoryId: id as RepositoryId, installationId, source };
}

function warningsOf(source: PolicySource, state: PolicyFileState): readonly PolicyWarning[] {
  return state.problems.map((problem) => ({ ...problem, source }));
}

interface IssuesRepository {
  readonly row?: RepositoryRow;
  readonly warning?: PolicyWarning;
}

async function findIssuesRepository(
  parts: PolicyParts,
  octokit: Octokit,
  { repository, installationId }: RepositorySubject,
  policy: EffectivePolicy,
): Promise<IssuesRepository | undefined> {
  const named = policy.issues.repository;
  if (named === undefined) return undefined;
  const origin = policy.origins.find(({ key }) => key === "issues.repository");
  const refuse = (message: string): IssuesRepository => ({
    warning: {
      line: origin?.line ?? 1,
      column: origin?.column ?? 1,
      source: named.source,
      message: `issues.repository: ${message}; until then issues go where they would without it`,
    },
  });
  const [owner = "", name = ""] = named.value.split("/");
  if (owner.toLowerCase() !== repository.owner.toLowerCase()) {
    return refuse("name a repository of the same owner");
  }
  const row = await findInstalled(parts, repository, installationId, name);
  const live = row && (await findLive(octokit, row));
  if (row === undefined || live === undefined) {
    return refuse("the App is not installed on this repository: add it to the installation");
  }
  if (!live.isPrivate) return refuse("the repository is public: name a private one");
  if (live.isArchived) return refuse("the repository is archived: name another one");
  if (!live.hasIssues) return refuse("the repository has its issues switched off: switch them on");
  return { row };
}

async function findLive(
  octokit: Octokit,
  { owner, name }: RepositoryRow,
): Promise<LiveRepository | undefined> {
  try {
    return await getRepositoryState(octokit, { owner, repo: name });
  } catch (cause) {
    if (cause instanceof GitHubError && cause.status === STATUS_NOT_FOUND) return undefined;
    throw cause;
  }
}
