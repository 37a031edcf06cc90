/** Empties and closes an issue whose key is told of elsewhere from now on. Safe to run again. */
import type { Octokit } from "@octokit/rest";
import { GitHubError } from "../github/failure.ts";
import { closeIssue, getIssue, updateIssue } from "../github/issues.ts";
import type { RepositoryName } from "../github/repositories.ts";
import { type MoveReason, renderMovedIssue } from "../report/moved.ts";

/** Nothing is done where the issue, or its repository, cannot be reached any more. */
export async function leaveIssue(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
  why: MoveReason,
): Promise<void> {
  const moved = renderMovedIssue(why);
  try {
    const live = await getIssue(octokit, name, number);
    if (live.body !== moved.body) await updateIssue(octokit, name, number, moved);
    if (live.isOpen) await closeIssue(octokit, name, number);
  } catch (cause) {
    if (!(cause instanceof GitHubError && cause.kind === "final")) throw cause;
  }
}
