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

/** A button on the page of a check run; who may write can press it. */
export interface CheckAction {
  /** At most 20 characters. */
  readonly label: string;
  /** At most 40 characters. */
  readonly description: string;
  /** At most 20 characters; comes back with the event that the button sends. */
  readonly identifier: string;
}

export interface CheckState {
  readonly status: "in_progress" | "completed";
  readonly conclusion?: "success" | "failure" | "neutral" | "action_required";
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly CheckAnnotation[];
  /** At most three. */
  readonly actions: readonly CheckAction[];
}

export interface CheckKey extends RepositoryName {
  readonly appId: number;
  readonly head: string;
  readonly externalId: string;
}

export const CHECK_NAME = "rekeeper";
/** GitHub takes this many annotations per request; further requests add to them. */
const ANNOTATIONS_PER_REQUEST_MAX = 50;
const ANNOTATIONS_PER_PAGE = 100;
const ANNOTATION_PAGES_MAX = 10;

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

/** Edits the run. Annotations can only be added to it: those that it shows are not sent again. */
export async function updateCheckRun(
  octokit: Octokit,
  key: CheckKey,
  id: number,
  state: CheckState,
): Promise<void> {
  const shown = state.annotations.length === 0 ? [] : await listAnnotations(octokit, key, id);
  const change = { ...state, annotations: withoutShown(state.annotations, shown) };
  await octokit.rest.checks.update({
    owner: key.owner,
    repo: key.repo,
    check_run_id: id,
    ...bodyOf(change, 0),
  });
  await addAnnotations(octokit, key, id, change);
}

type Spot = Pick<CheckAnnotation, "path" | "start_line" | "end_line"> & {
  readonly title: string | null;
};

async function listAnnotations(
  octokit: Octokit,
  key: CheckKey,
  id: number,
): Promise<readonly Spot[]> {
  const shown: Spot[] = [];
  for (let page = 1; page <= ANNOTATION_PAGES_MAX; page += 1) {
    const { data } = await octokit.rest.checks.listAnnotations({
      owner: key.owner,
      repo: key.repo,
      check_run_id: id,
      per_page: ANNOTATIONS_PER_PAGE,
      page,
    });
    shown.push(...data);
    if (data.length < ANNOTATIONS_PER_PAGE) break;
  }
  return shown;
}

/** Told apart by place and kind: the text may have changed, and two keys may stand on one line. */
function withoutShown(
  annotations: readonly CheckAnnotation[],
  shown: readonly Spot[],
): readonly CheckAnnotation[] {
  const counts = new Map<string, number>();
  for (const spot of shown) counts.set(spotOf(spot), (counts.get(spotOf(spot)) ?? 0) + 1);
  return annotations.filter((annotation) => {
    const spot = spotOf(annotation);
    const count = counts.get(spot) ?? 0;
    counts.set(spot, count - 1);
    return count <= 0;
  });
}

function spotOf({ path, start_line, end_line, title }: Spot): string {
  return JSON.stringify([path, start_line, end_line, title]);
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
    actions: [...state.actions],
    output: {
      title: state.title,
      summary: state.summary,
      ...(annotations.length > 0 && { annotations: [...annotations] }),
    },
  };
}
