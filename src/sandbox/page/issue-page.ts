/** Shows an issue, in the list or on a page of its own. */
import { html } from "hono/html";
import type { Conversation, Issue } from "../conversation.ts";
import { repositoryPath } from "../links.ts";
import type { SandboxState } from "../state.ts";
import { renderConversationState } from "./icons.ts";
import type { Markup } from "./layout.ts";
import { renderBody, renderTime } from "./pieces.ts";
import { renderTalk, renderTalkForms } from "./talk.ts";

export function renderIssuePage(issue: Issue, state: SandboxState): Markup {
  const { repository } = issue;
  return html`<p class="crumbs">
      <a href="/">${repository.owner.login}</a> / <strong>${repository.name}</strong> / issues
    </p>
    <div id="issue" data-live>
      <h1>${issue.title} <span class="muted">#${issue.number}</span></h1>
      <p class="line">${renderConversationState(issue)} ${renderFacts(issue)}</p>
      ${renderTalk(issue, state)}
    </div>
    <div id="forms-${issue.state}">${renderTalkForms(issue)}</div>`;
}

/** The issue as a line of the list that unfolds to its text. */
export function renderIssueEntry(issue: Issue): Markup {
  const { repository, number } = issue;
  return html`<details class="card entry" id="issue-${issue.id}">
    <summary class="line">
      ${renderConversationState(issue)} <strong>${issue.title}</strong>
      <span class="muted">${repository.name}#${number}</span> ${renderFacts(issue)}
    </summary>
    <div class="detail">
      ${renderBody(issue.body)}
      <p class="line buttons">
        <a href="${repositoryPath(repository)}/issues/${number}">Open issue ${number}</a>
        <span class="muted">${renderTime(issue.updatedAt)}</span>
      </p>
    </div>
  </details>`;
}

/** Labels, assignees, a lock. */
export function renderFacts(target: Conversation): Markup {
  const assignees = target.assignees.map(({ login }) => login).join(", ");
  return html`${target.labels.map((label) => html`<span class="label">${label.name}</span>`)}
  ${assignees === "" ? "" : html`<span class="muted">assigned to ${assignees}</span>`}
  ${target.lock === null ? "" : html`<span class="muted">locked</span>`}`;
}
