/** Endpoints of check runs. */
import { ensureCheckSuite, refreshCheckSuite } from "../check-suites.ts";
import { type CheckRunAction, checkRunPayload } from "../event/check.ts";
import { annotationJson, checkRunJson } from "../json/check-run.ts";
import type { Parts } from "../parts.ts";
import { type Annotation, type CheckRun, remember } from "../state.ts";
import type { Answer } from "./answer.ts";
import { ApiError, notFound } from "./api-error.ts";
import {
  type AnnotationBody,
  type CheckRunChanges,
  checkRunChangesBody,
  type NewCheckRun,
  newCheckRunBody,
} from "./check-run-body.ts";
import { answerPage } from "./paging.ts";
import { defineRepositoryRoute, type RepositoryCall, type Route } from "./route.ts";

export const checkRunRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "POST",
    path: "/check-runs",
    needs: "checks:write",
    body: newCheckRunBody,
    handle: createCheckRun,
  }),
  defineRepositoryRoute({
    method: "PATCH",
    path: "/check-runs/:id",
    needs: "checks:write",
    body: checkRunChangesBody,
    handle: updateCheckRun,
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/check-runs/:id",
    needs: "checks:read",
    handle: (call) => ({ status: 200, body: checkRunJson(getCheckRun(call), call.parts) }),
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/check-runs/:id/annotations",
    needs: "checks:read",
    handle(call) {
      const run = getCheckRun(call);
      return answerPage(call, run.annotations, (page) =>
        page.map((annotation) => annotationJson(annotation, run, call.parts)),
      );
    },
  }),
  defineRepositoryRoute({
    method: "GET",
    path: "/commits/:ref{.+}/check-runs",
    needs: "checks:read",
    handle: listCheckRuns,
  }),
];

async function createCheckRun(call: RepositoryCall<NewCheckRun>): Promise<Answer> {
  const { body, repository, parts } = call;
  const { state } = parts;
  if ((await parts.store.findCommit(repository, body.head_sha)) === undefined) {
    throw new ApiError(422, `No commit found for SHA: ${body.head_sha}`);
  }
  const now = parts.now();
  const source = { repository, headSha: body.head_sha, headBranch: null, before: null };
  const run: CheckRun = remember(state.checkRuns, {
    id: state.nextId(),
    suite: ensureCheckSuite(source, state, now),
    name: body.name,
    externalId: "",
    detailsUrl: null,
    status: "queued",
    conclusion: null,
    startedAt: null,
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
  });
  applyChanges(run, body, now);
  announce(
    ["created", ...(run.status === "completed" ? (["completed"] as const) : [])],
    run,
    parts,
  );
  return { status: 201, body: checkRunJson(run, parts) };
}

function updateCheckRun(call: RepositoryCall<CheckRunChanges>): Answer {
  const { parts } = call;
  const run = getCheckRun(call);
  const before = run.status;
  applyChanges(run, call.body, parts.now());
  announce(run.status === "completed" && before !== "completed" ? ["completed"] : [], run, parts);
  return { status: 200, body: checkRunJson(run, parts) };
}

function announce(actions: readonly CheckRunAction[], run: CheckRun, parts: Parts): void {
  refreshCheckSuite(run.suite, parts.state, parts.now());
  for (const action of actions) {
    const event = { action, run, sender: parts.state.bot };
    parts.webhooks.deliver("check_run", checkRunPayload(event, parts));
  }
  parts.state.changed();
}

function applyChanges(run: CheckRun, body: CheckRunChanges, now: Date): void {
  run.name = body.name ?? run.name;
  run.externalId = body.external_id ?? run.externalId;
  run.detailsUrl = body.details_url ?? run.detailsUrl;
  run.actions = body.actions ?? run.actions;
  applyOutput(run, body.output);
  applyStatus(run, body, now);
}

function applyOutput(run: CheckRun, output: CheckRunChanges["output"]): void {
  if (output === undefined) return;
  const { title, text } = run.output;
  run.output = {
    title: output.title ?? title,
    summary: output.summary,
    text: output.text ?? text,
  };
  run.annotations.push(...(output.annotations ?? []).map(toAnnotation));
}

/** A conclusion completes a run; a status that is not the last one opens it again. */
function applyStatus(run: CheckRun, body: CheckRunChanges, now: Date): void {
  if (body.started_at !== undefined) run.startedAt = new Date(body.started_at);
  if (body.conclusion !== undefined) {
    run.status = "completed";
    run.conclusion = body.conclusion;
    run.completedAt = body.completed_at === undefined ? now : new Date(body.completed_at);
  } else if (body.status !== undefined) {
    run.status = body.status;
    run.conclusion = null;
    run.completedAt = null;
  }
  if (run.status !== "queued") run.startedAt ??= now;
}

function toAnnotation(body: AnnotationBody): Annotation {
  return {
    path: body.path,
    startLine: body.start_line,
    endLine: body.end_line,
    startColumn: body.start_column ?? null,
    endColumn: body.end_column ?? null,
    level: body.annotation_level,
    message: body.message,
    title: body.title ?? null,
    rawDetails: body.raw_details ?? null,
  };
}

async function listCheckRuns(call: RepositoryCall): Promise<Answer> {
  const { repository, parts, query, params } = call;
  const ref = params["ref"] ?? "";
  const headSha = await parts.store.findCommit(repository, ref);
  if (headSha === undefined) throw new ApiError(422, `No commit found for SHA: ${ref}`);
  const app = query.get("app_id");
  const ofApp = app === null || app === String(parts.identity.appId);
  const runs = parts.state.checkRuns.filter(
    (run) =>
      ofApp &&
      run.suite.repository === repository &&
      run.suite.headSha === headSha &&
      run.name === (query.get("check_name") ?? run.name) &&
      run.status === (query.get("status") ?? run.status),
  );
  // Of runs with the same name the newest counts, unless all are asked for.
  const latest = [...new Map(runs.map((run) => [run.name, run])).values()];
  const chosen = (query.get("filter") === "all" ? runs : latest).reverse();
  return answerPage(call, chosen, (page) => ({
    total_count: chosen.length,
    check_runs: page.map((run) => checkRunJson(run, parts)),
  }));
}

function getCheckRun({ repository, parts, params }: RepositoryCall<unknown>): CheckRun {
  const id = Number(params["id"]);
  const run = parts.state.checkRuns.find(
    (candidate) => candidate.id === id && candidate.suite.repository === repository,
  );
  if (run === undefined) throw notFound();
  return run;
}
