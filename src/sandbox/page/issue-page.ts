/** Shows an issue, in the list or on a page of its own with its comments. */
import { html } from "hono/html";
import type { Issue } from "../conversation.ts";
import { repositoryPath } from "../links.ts";
import type { Account, SandboxState } from "../state.ts";
import { renderIssueState } from "./icons.ts";
import type { Markup } from "./layout.ts";
import { renderAccount, renderBody, renderTime } from "./pieces.ts";

export function renderIssuePage(issue: Issue, state: SandboxState): Markup {
  const comments = state.comments.filter((comment) => comment.issue === issue);
  const { repository } = issue;
  return html`<p class="crumbs">
      <a href="/">${repository.owner.login}</a> / <strong>${repository.name}</strong> / issues
    </p>
    <div id="issue" data-live>
      <h1>${issue.title} <span class="muted">#${issue.number}</span></h1>
      <p class="line">${renderIssueState(issue)} ${renderFacts(issue)}</p>
      ${renderPost(issue.author, issue.createdAt, issue.body)}
      ${comments.map(({ author, createdAt, body }) => renderPost(author, createdAt, body))}
    </div>`;
}

/** The issue as a line of the list that unfolds to its text. */
export function renderIssueEntry(issue: Issue): Markup {
  const { repository, number } = issue;
  return html`<details class="card entry" id="issue-${issue.id}">
    <summary class="line">
      ${renderIssueState(issue)} <strong>${issue.title}</strong>
      <span class="muted">${repository.name}#${number}</span> ${renderFacts(issue)}
    </summary>
    <div class="detail">
      ${renderBody(issue.body)}
      <p class="line buttons">
        <a href="${repositoryPath(repository)}/issues/${number}">Open</a>
        <span class="muted">${renderTime(issue.updatedAt)}</span>
      </p>
    </div>
  </details>`;
}

function renderFacts(issue: Issue): Markup {
  const assignees = issue.assignees.map(({ login }) => login).join(", ");
  return html`${issue.labels.map((label) => html`<span class="label">${label.name}</span>`)}
  ${assignees === "" ? "" : html`<span class="muted">assigned to ${assignees}</span>`}`;
}

function renderPost(author: Account, at: Date, body: string | null): Markup {
  return html`<article class="card">
    <p class="line post-head">${renderAccount(author)} <span class="muted">${renderTime(at)}</span></p>
    <div class="detail">${renderBody(body)}</div>
  </article>`;
}
