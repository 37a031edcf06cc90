/** Parts that several pages show: people, times, commits, Markdown. */
import { html, raw } from "hono/html";
import { repositoryPath } from "../links.ts";
import type { Account, Repository } from "../state.ts";
import type { Markup } from "./layout.ts";
import { renderMarkdown } from "./markdown.ts";

export function renderAccount(account: Account): Markup {
  const bot = account.type === "Bot" ? html`<span class="label">bot</span>` : "";
  return html`<strong>${account.login.replace("[bot]", "")}</strong> ${bot}`;
}

/** UTC for who has no script; the script turns it into the reader's own time. */
export function renderTime(time: Date): Markup {
  const text = `${time.toISOString().slice(11, 19)} UTC`;
  return html`<time datetime="${time.toISOString()}">${text}</time>`;
}

export function renderCommitLink(repository: Repository, id: string): Markup {
  const href = `${repositoryPath(repository)}/commit/${id}`;
  return html`<a class="mono" href="${href}">${id.slice(0, 7)}</a>`;
}

export function renderBody(text: string | null): Markup {
  if (text === null || text === "") return html`<p class="muted">No description.</p>`;
  return html`<div class="markdown">${raw(renderMarkdown(text))}</div>`;
}

/** Lines that a patch adds or removes stand out. */
export function renderPatch(text: string): Markup {
  return html`${text.split("\n").map(renderPatchLine)}`;
}

/** `+++` or `---` begin the names of the files, not lines of them. */
function renderPatchLine(line: string): Markup {
  if (/^\+(?!\+\+)/.test(line)) return html`<ins>${line}</ins>\n`;
  if (/^-(?!--)/.test(line)) return html`<del>${line}</del>\n`;
  return html`${line}\n`;
}
