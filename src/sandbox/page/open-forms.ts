/** The forms by which a visitor opens an issue, or a pull request from a pushed branch. */
import { html } from "hono/html";
import { fullName, repositoryPath } from "../links.ts";
import type { Repository, SandboxState } from "../state.ts";
import type { Markup } from "./layout.ts";

/** One form for each branch that was pushed, is no default, has no open pull request. */
export function renderPullForms(state: SandboxState): Markup | "" {
  const branches = state.repositories.flatMap((repository) => listFresh(repository, state));
  return html`${branches.map(({ repository, base, branch }) => {
    const label = repository === base ? branch : `${repository.owner.login}:${branch}`;
    return html`<form class="card line offer" method="post" action="${repositoryPath(base)}/pulls">
      <span>
        <span class="mono label">${label}</span> of <strong>${base.name}</strong> had pushes
      </span>
      <input type="hidden" name="head" value="${label}" />
      <button class="primary">Open pull request</button>
    </form>`;
  })}`;
}

export function renderIssueForm(state: SandboxState): Markup {
  return html`<details class="card entry">
    <summary class="line">Open an issue yourself</summary>
    <form class="write detail" method="post" action="/issues">
      <label for="issue-repository">Repository</label>
      <select id="issue-repository" name="repository">
        ${state.repositories
          .filter(({ source }) => source === null)
          .map((one) => html`<option value="${fullName(one)}">${fullName(one)}</option>`)}
      </select>
      <label for="issue-title">Title</label>
      <input id="issue-title" name="title" maxlength="256" required />
      <label for="issue-body">Text</label>
      <textarea id="issue-body" name="body" rows="4"></textarea>
      <button class="primary">Open issue</button>
    </form>
  </details>`;
}

interface FreshBranch {
  readonly repository: Repository;
  readonly base: Repository;
  readonly branch: string;
}

function listFresh(repository: Repository, state: SandboxState): FreshBranch[] {
  const base = repository.source ?? repository;
  const last = new Map(
    state.pushes
      .filter((push) => push.repository === repository && push.ref.startsWith("refs/heads/"))
      .map((push) => [push.ref.slice("refs/heads/".length), push]),
  );
  return [...last]
    .filter(
      ([branch, push]) =>
        !/^0+$/.test(push.after) &&
        !branch.startsWith("gh-readonly-queue/") &&
        (repository !== base || branch !== base.defaultBranch) &&
        !state.pulls.some(
          ({ head }) =>
            head.repository === repository && head.branch === branch && head.sha === push.after,
        ),
    )
    .map(([branch]) => ({ repository, base, branch }));
}
