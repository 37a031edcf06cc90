/** Shows a check run, in the feed or on a page of its own. */
import { html } from "hono/html";
import { repositoryPath } from "../links.ts";
import type { Annotation, CheckRun } from "../state.ts";
import { checkText, renderCheckIcon } from "./icons.ts";
import type { Markup } from "./layout.ts";
import { renderBody, renderCommitLink, renderTime } from "./pieces.ts";

export function renderCheckRunPage(run: CheckRun): Markup {
  const { repository, headSha } = run.suite;
  return html`<p class="crumbs">
      <a href="/">${repository.owner.login}</a> / <strong>${repository.name}</strong> at
      ${renderCommitLink(repository, headSha)}
    </p>
    <section class="card" id="run-${run.id}" data-live>
      <h1 class="line">${renderHeading(run)}</h1>
      ${renderCheckRunDetail(run)}
    </section>`;
}

/** The run as an entry that unfolds; open from the start where somebody has to act. */
export function renderCheckRunEntry(run: CheckRun): Markup {
  const open = run.conclusion === "failure" || run.conclusion === "action_required";
  return html`<details class="entry" id="run-${run.id}" ${open ? "open" : ""}>
    <summary class="line">${renderHeading(run)}</summary>
    ${renderCheckRunDetail(run)}
  </details>`;
}

function renderHeading(run: CheckRun): Markup {
  return html`${renderCheckIcon(run)} <strong>${run.name}</strong>
    <span class="muted">${checkText(run)}${run.output.title === null ? "" : ` — ${run.output.title}`}</span>`;
}

function renderCheckRunDetail(run: CheckRun): Markup {
  const { summary, text } = run.output;
  const path = `${repositoryPath(run.suite.repository)}/runs/${run.id}`;
  return html`<div class="detail">
    ${summary === null ? html`<p class="muted">No summary yet.</p>` : renderBody(summary)}
    ${text === null ? "" : renderBody(text)}
    ${run.annotations.map((annotation) => renderAnnotation(annotation, run))}
    <div class="line buttons">
      <form method="post" action="${path}/rerequest"><button>Re-run</button></form>
      ${run.status === "completed" ? run.actions.map((action) => renderAction(action, path)) : ""}
      <a href="${path}">Open</a>
      ${run.completedAt === null ? "" : html`<span class="muted">${renderTime(run.completedAt)}</span>`}
    </div>
  </div>`;
}

function renderAction(action: CheckRun["actions"][number], path: string): Markup {
  return html`<form method="post" action="${path}/actions/${encodeURIComponent(action.identifier)}">
    <button title="${action.description}">${action.label}</button>
  </form>`;
}

function renderAnnotation(annotation: Annotation, run: CheckRun): Markup {
  const { path, startLine, endLine } = annotation;
  const { repository, headSha } = run.suite;
  const file = path.split("/").map(encodeURIComponent).join("/");
  const href = `${repositoryPath(repository)}/blob/${headSha}/${file}#L${startLine}`;
  const lines = startLine === endLine ? `line ${startLine}` : `lines ${startLine}-${endLine}`;
  return html`<div class="annotation ${annotation.level}">
    <p><a class="mono" href="${href}">${path}</a> <span class="muted">${lines}</span></p>
    ${annotation.title === null ? "" : html`<p><strong>${annotation.title}</strong></p>`}
    <p class="plain">${annotation.message}</p>
    ${annotation.rawDetails === null ? "" : html`<pre>${annotation.rawDetails}</pre>`}
  </div>`;
}
