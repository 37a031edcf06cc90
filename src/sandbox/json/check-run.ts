/** Shapes a check run with its suite as GitHub's API does. */
import type { RestEndpointMethodTypes } from "@octokit/rest";
import { nodeId, repositoryPath } from "../links.ts";
import type { Parts } from "../parts.ts";
import type { Annotation, CheckRun, CheckSuite } from "../state.ts";
import { appJson } from "./app.ts";
import { pullNameJson } from "./pull.ts";
import { timeJson, timeOrNullJson } from "./time.ts";

export type CheckRunJson = RestEndpointMethodTypes["checks"]["get"]["response"]["data"];
export type AnnotationJson =
  RestEndpointMethodTypes["checks"]["listAnnotations"]["response"]["data"][number];

export function checkRunJson(run: CheckRun, parts: Parts): CheckRunJson {
  const { links, identity, state } = parts;
  const path = repositoryPath(run.suite.repository);
  const url = links.api(`/repos${path}/check-runs/${run.id}`);
  const htmlUrl = links.web(`${path}/runs/${run.id}`);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CheckRun", run.id),
    head_sha: run.suite.headSha,
    external_id: run.externalId,
    url,
    html_url: htmlUrl,
    details_url: run.detailsUrl ?? htmlUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: timeOrNullJson(run.startedAt),
    completed_at: timeOrNullJson(run.completedAt),
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: appJson(identity, state, links),
    pull_requests: pullsOf(run.suite, parts),
  };
}

export function annotationJson(
  annotation: Annotation,
  run: CheckRun,
  parts: Parts,
): AnnotationJson {
  const path = repositoryPath(run.suite.repository);
  return {
    path: annotation.path,
    start_line: annotation.startLine,
    end_line: annotation.endLine,
    start_column: annotation.startColumn,
    end_column: annotation.endColumn,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    raw_details: annotation.rawDetails,
    blob_href: parts.links.api(
      `/repos${path}/contents/${annotation.path}?ref=${run.suite.headSha}`,
    ),
  };
}

/** The suite as webhooks carry it: REST has further fields. */
export function checkSuiteJson(suite: CheckSuite, parts: Parts): Readonly<Record<string, unknown>> {
  const { links, identity, state } = parts;
  const url = links.api(`/repos${repositoryPath(suite.repository)}/check-suites/${suite.id}`);
  return {
    id: suite.id,
    node_id: nodeId("CheckSuite", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: suite.status,
    conclusion: suite.conclusion,
    url,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsOf(suite, parts),
    app: appJson(identity, state, links),
    created_at: timeJson(suite.createdAt),
    updated_at: timeJson(suite.updatedAt),
  };
}

/** Pull requests from forks are never named here: GitHub leaves the list empty for them. */
function pullsOf(suite: CheckSuite, parts: Parts) {
  const { repository, headSha } = suite;
  return parts.state.pulls
    .filter(
      ({ head, base, state }) =>
        state === "open" &&
        head.repository === repository &&
        base.repository === repository &&
        head.sha === headSha,
    )
    .map((pull) => pullNameJson(pull, parts));
}
