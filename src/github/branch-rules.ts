/** What GitHub's rules ask of a branch before anything is merged into it. */
import type { Octokit } from "@octokit/rest";
import { CHECK_NAME } from "./check-runs.ts";
import { GitHubError } from "./failure.ts";
import type { RepositoryName } from "./repositories.ts";

/**
 * True when a ruleset requires this App's check on the branch. Classic branch protection is not
 * asked: reading it needs administration rights that this App does not want.
 */
export async function isCheckRequired(
  octokit: Octokit,
  name: RepositoryName,
  branch: string,
): Promise<boolean> {
  try {
    const { data } = await octokit.rest.repos.getBranchRules({
      owner: name.owner,
      repo: name.repo,
      branch,
      per_page: 100,
    });
    return data.some(
      (rule) =>
        rule.type === "required_status_checks" &&
        rule.parameters?.required_status_checks.some((check) => check.context === CHECK_NAME),
    );
  } catch (cause) {
    // Servers without rulesets do not know the question.
    if (cause instanceof GitHubError && cause.kind === "final") return false;
    throw cause;
  }
}
