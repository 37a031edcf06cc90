/** Check runs: found by our own app and external id, created once, edited afterwards. */
import type { Octokit } from "@octokit/rest";
import type { RepositoryName } from "./repositories.ts";

export interface CheckAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: "notice" | "warning" | "failure";
  readonly title: string;
  readonly message: string;
}

export interface CheckState {
  readonly status: "in_progress" | "completed";
  readonly conclusion?: "success" | "failure" | "neutral" | "action_required";
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly CheckAnnotation[];
}

export interface CheckKey extends RepositoryName {
  readonly appId: number;
  readonly head: string;
  readonly externalId: string;
}

export const CHECK_NAME = "rekeeper";
/** GitHub takes this many annotations per request; further requests add to them. */
const ANNOTATIONS_PER_REQUEST_MAX = 50;

/** The run that this App made for this head, if GitHub has one. */
export async function findCheckRun(octokit: Octokit, key: CheckKey): Promise<number | undefined> {
  const { data } = await octokit.rest.checks.listForRef({
    owner: key.owner,
    repo: key.repo,
    ref: key.head,
    check_name: CHECK_NAME,
    app_id: key.appId,
    filter: "all",
    per_page: 100,
  });
  return data.check_runs.find((run) => run.external_id === key.externalId)?.id;
}

/** Creates the run with its first annotations. @returns GitHub's id of it. */
export async function createCheckRun(
  octokit: Octokit,
  key: CheckKey,
  state: CheckState,
): Promise<number> {
  const { data } = await octokit.rest.checks.create({
    owner: key.owner,
    repo: key.repo,
    name: CHECK_NAME,
    head_sha: key.head,
    external_id: key.externalId,
    ...bodyOf(state, 0),
  });
  await addAnnotations(octokit, key, data.id, state);
  return data.id;
}

export async function updateCheckRun(
  octokit: Octokit,
  key: CheckKey,
  id: number,
  state: CheckState,
): Promise<void> {
  await octokit.rest.checks.update({
    owner: key.owner,
    repo: key.repo,
    check_run_id: id,
    ...bodyOf(state, 0),
  });
  await addAnnotations(octokit, key, id, state);
}

async function addAnnotations(
  octokit: Octokit,
  key: CheckKey,
  id: number,
  state: CheckState,
): Promise<void> {
  const step = ANNOTATIONS_PER_REQUEST_MAX;
  for (let from = step; from < state.annotations.length; from += step) {
    await octokit.rest.checks.update({
      owner: key.owner,
      repo: key.repo,
      check_run_id: id,
      ...bodyOf(state, from),
    });
  }
}

function bodyOf(state: CheckState, from: number) {
  const annotations = state.annotations.slice(from, from + ANNOTATIONS_PER_REQUEST_MAX);
  const progress =
    state.conclusion === undefined
      ? ({ status: "in_progress" } as const)
      : ({ status: "completed", conclusion: state.conclusion } as const);
  return {
    ...progress,
    output: {
      title: state.title,
      summary: state.summary,
      ...(annotations.length > 0 && { annotations: [...annotations] }),
    },
  };
}
