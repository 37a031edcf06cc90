/** The first page: what the sandbox is, how to push, what came of each push. */
import { html } from "hono/html";
import type { Parts } from "../parts.ts";
import type { Push, SandboxState } from "../state.ts";
import { renderCheckRunEntry } from "./check-run-page.ts";
import { renderDeliveries } from "./deliveries.ts";
import { renderIssueEntry } from "./issue-page.ts";
import type { Markup } from "./layout.ts";
import { renderIssueForm, renderPullForms } from "./open-forms.ts";
import { renderAccount, renderCommitLink, renderTime } from "./pieces.ts";
import { renderPullEntry } from "./pull-page.ts";
import { renderRepositories, renderTour } from "./tour.ts";

/** Entries of each list, newest first; older ones stay reachable by their own address. */
const SHOWN_MAX = 30;

export function renderOverview(parts: Parts): Markup {
  const { state } = parts;
  return html`<section>
      <h1>Try Rekeeper</h1>
      <p>
        This page plays the part of GitHub: an organisation named
        <strong>${state.organisation.login}</strong> with real git repositories, on which the App is
        installed. Push to one of them as <strong>${state.visitor.login}</strong>, its administrator,
        to see what the App would do to your own.
      </p>
      ${renderTour(parts)}
    </section>
    <section>
      <h2>Repositories</h2>
      ${renderRepositories(parts)}
    </section>
    <section id="pushes" data-live>
      <h2>Pushes</h2>
      ${renderPushes(state)}
    </section>
    <section id="pulls" data-live>
      <h2>Pull requests</h2>
      ${renderPullForms(state)} ${renderPulls(state)}
    </section>
    <section>
      <h2>Issues</h2>
      <div id="issues" data-live>${renderIssues(state)}</div>
      ${renderIssueForm(state)}
    </section>
    <section id="deliveries" data-live>
      <h2>Webhooks</h2>
      ${renderDeliveries(state)}
    </section>`;
}

function renderPushes(state: SandboxState): Markup {
  const pushes = state.pushes.slice(-SHOWN_MAX).reverse();
  if (pushes.length === 0) return html`<p class="blank">Nothing was pushed yet.</p>`;
  return html`${pushes.map((push) => renderPush(push, state))}`;
}

function renderPush(push: Push, state: SandboxState): Markup {
  const { repository, sender, after } = push;
  const runs = state.checkRuns
    .filter(({ suite }) => suite.repository === repository && suite.headSha === after)
    .reverse();
  const deleted = /^0+$/.test(after);
  return html`<article class="card">
    <p class="line post-head">
      ${renderAccount(sender)} ${verbOf(push, deleted)}
      <span class="mono label">${push.ref.replace(/^refs\/(heads|tags)\//, "")}</span>
      in <strong>${repository.name}</strong>
      <span class="muted">${renderTime(push.at)}</span>
    </p>
    ${deleted ? "" : html`<p class="line commit">${renderCommitLink(repository, after)} ${push.headline}</p>`}
    ${runs.map(renderCheckRunEntry)}
  </article>`;
}

function verbOf({ forced, commitCount }: Push, deleted: boolean): string {
  if (deleted) return "deleted";
  const commits = commitCount === 1 ? "1 commit" : `${commitCount} commits`;
  return `${forced ? "force-pushed" : "pushed"} ${commits} to`;
}

function renderPulls(state: SandboxState): Markup {
  const pulls = state.pulls.slice(-SHOWN_MAX).reverse();
  if (pulls.length === 0) {
    return html`<p class="blank">Push a branch to open a pull request from it.</p>`;
  }
  return html`${pulls.map((pull) => renderPullEntry(pull, state))}`;
}

function renderIssues(state: SandboxState): Markup {
  const issues = state.issues.slice(-SHOWN_MAX).reverse();
  if (issues.length === 0) return html`<p class="blank">There is no issue yet.</p>`;
  return html`${issues.map(renderIssueEntry)}`;
}
