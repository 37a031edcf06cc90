/** Shows a pull request, in the list or on a page of its own with checks, talk, files. */
import { html } from "hono/html";
import type { PullRequest } from "../conversation.ts";
import { type DiffFile, listDiffFiles } from "../git/diff.ts";
import { findMergeBase } from "../git/pull-refs.ts";
import { repositoryPath } from "../links.ts";
import type { Parts } from "../parts.ts";
import type { CheckRun, SandboxState } from "../state.ts";
import { renderCheckRunEntry } from "./check-run-page.ts";
import { renderConversationState } from "./icons.ts";
import { renderFacts } from "./issue-page.ts";
import type { Markup } from "./layout.ts";
import { renderCommitLink, renderPatch, renderTime } from "./pieces.ts";
import { renderTalk, renderTalkForms } from "./talk.ts";

/** Files whose patch is shown; the others are only counted. */
const FILES_SHOWN_MAX = 50;

export async function renderPullPage(pull: PullRequest, parts: Parts): Promise<Markup> {
  const { repository, head } = pull;
  const files = await listFiles(pull, parts);
  const path = repositoryPath(repository);
  return html`<p class="crumbs">
      <a href="/">${repository.owner.login}</a> / <strong>${repository.name}</strong> / pull requests
    </p>
    <div id="pull" data-live>
      <h1>${pull.title} <span class="muted">#${pull.number}</span></h1>
      <p class="line">
        ${renderConversationState(pull)} ${renderRoute(pull)}
        <span class="muted">${countsOf(pull)}, head</span> ${renderCommitLink(repository, head.sha)}
        ${renderFacts(pull)}
      </p>
      ${renderTalk(pull, parts.state)}
      <section class="card" aria-label="Checks">
        ${renderChecks(listRuns(pull, parts.state))}
      </section>
    </div>
    ${renderTalkForms(pull, renderButtons(pull, path))}
    <h2>Files changed</h2>
    <div id="files" data-live>${files.slice(0, FILES_SHOWN_MAX).map(renderFile)}</div>`;
}

/** The pull request as a line of the list. */
export function renderPullEntry(pull: PullRequest, state: SandboxState): Markup {
  const runs = listRuns(pull, state);
  return html`<article class="card">
    <p class="line post-head">
      ${renderConversationState(pull)}
      <a href="${repositoryPath(pull.repository)}/pull/${pull.number}"><strong>${pull.title}</strong></a>
      <span class="muted">${pull.repository.name}#${pull.number}</span>
      ${renderRoute(pull)} <span class="muted">${renderTime(pull.updatedAt)}</span>
    </p>
    ${runs.map(renderCheckRunEntry)}
  </article>`;
}

/** Only the newest run of each name counts. */
function listRuns({ repository, head }: PullRequest, state: SandboxState): CheckRun[] {
  const runs = state.checkRuns.filter(
    ({ suite }) => suite.repository === repository && suite.headSha === head.sha,
  );
  return [...new Map(runs.map((run) => [run.name, run])).values()];
}

function renderRoute({ head, base }: PullRequest): Markup {
  const own = head.repository === base.repository;
  const from = own ? head.branch : `${head.repository.owner.login}:${head.branch}`;
  return html`<span class="mono label">${from}</span> into
    <span class="mono label">${base.branch}</span>`;
}

function countsOf({ size }: PullRequest): string {
  const commits = size.commitCount === 1 ? "1 commit" : `${size.commitCount} commits`;
  const files = size.fileCount === 1 ? "1 file" : `${size.fileCount} files`;
  return `${commits}, ${files}, +${size.additions} −${size.deletions}`;
}

function renderChecks(runs: readonly CheckRun[]): Markup {
  if (runs.length === 0) return html`<p class="line commit muted">No check has reported yet.</p>`;
  return html`${runs.map(renderCheckRunEntry)}`;
}

function renderButtons(pull: PullRequest, path: string): Markup | "" {
  if (pull.state === "closed") return "";
  if (!pull.size.mergeable) return html`<span class="bad">Conflicts must be resolved.</span>`;
  const action = `${path}/pull/${pull.number}`;
  if (pull.draft) {
    return html`<form method="post" action="${action}/ready"><button>Ready for review</button></form>`;
  }
  return html`<form method="post" action="${action}/merge">
    <button class="primary">Merge pull request</button>
  </form>`;
}

function renderFile(file: DiffFile): Markup {
  const name = file.previousPath === null ? file.path : `${file.previousPath} → ${file.path}`;
  return html`<section class="card">
    <p class="line post-head">
      <span class="mono">${name}</span>
      <span class="muted">${file.status}, +${file.additions} −${file.deletions}</span>
    </p>
    ${file.patch === undefined ? "" : html`<pre class="code patch" tabindex="0">${renderPatch(file.patch)}</pre>`}
  </section>`;
}

async function listFiles(pull: PullRequest, { store }: Parts): Promise<DiffFile[]> {
  const dir = store.dirOf(pull.repository);
  const { base, head } = pull;
  const from = (await findMergeBase(dir, base.sha, head.sha)) ?? base.sha;
  return await listDiffFiles(dir, from, head.sha);
}
