/** Looks for default branches into which anybody may merge without the check. */
import { isCheckRequired } from "../../github/branch-rules.ts";
import { CHECK_NAME } from "../../github/check-runs.ts";
import type { GitHub } from "../../github/client.ts";
import { listInstalledRepositories } from "../../github/installed-repositories.ts";
import type { InstallationId } from "../../model/ids.ts";
import type { Diagnosis } from "./diagnosis.ts";

/** Each costs one request of the installation's share. */
const REPOSITORIES_MAX = 200;
const NAMES_SHOWN_MAX = 20;

export async function checkBranches(
  github: GitHub,
  account: { readonly id: InstallationId; readonly login: string },
  appId: number,
): Promise<Diagnosis> {
  const about = `merges of ${account.login}`;
  const octokit = github.installation(account.id);
  const open: string[] = [];
  let count = 0;
  for await (const { owner, name, defaultBranch, isArchived } of listInstalledRepositories(
    octokit,
  )) {
    if (isArchived) continue;
    count += 1;
    if (count > REPOSITORIES_MAX) break;
    const isHeld = await isCheckRequired(octokit, { owner, repo: name }, defaultBranch);
    if (!isHeld) open.push(`${owner}/${name} (${defaultBranch})`);
  }
  const looked = count > REPOSITORIES_MAX ? `the first ${REPOSITORIES_MAX}` : `${count}`;
  if (open.length === 0) {
    return {
      about,
      level: "ok",
      text: `a ruleset requires the check in each of ${looked} repositories`,
    };
  }
  const more = open.length > NAMES_SHOWN_MAX ? `, and ${open.length - NAMES_SHOWN_MAX} more` : "";
  return {
    about,
    level: "warning",
    text: `no ruleset requires the check in ${open.length} of ${looked} repositories: ${open.slice(0, NAMES_SHOWN_MAX).join(", ")}${more}`,
    advice:
      "Import this ruleset (Settings, Rules, Rulesets, New ruleset, Import); of the organisation it holds for all. Classic branch protection may require the check already: the App may not read that.",
    paste: rulesetOf(appId),
  };
}

/** In the form that GitHub exports and imports. */
function rulesetOf(appId: number): string {
  const ruleset = {
    name: "No leaked keys",
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [
      {
        type: "required_status_checks",
        parameters: {
          strict_required_status_checks_policy: false,
          do_not_enforce_on_create: true,
          required_status_checks: [{ context: CHECK_NAME, integration_id: appId }],
        },
      },
    ],
    bypass_actors: [],
  };
  return JSON.stringify(ruleset, undefined, 2);
}
