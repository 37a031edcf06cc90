/** Shows a file of a commit, or what a commit changed. */
import { html } from "hono/html";
import { git } from "../git/git.ts";
import { fullName } from "../links.ts";
import type { Parts } from "../parts.ts";
import { notFound } from "../rest/api-error.ts";
import type { Repository } from "../state.ts";
import type { Markup } from "./layout.ts";
import { renderCommitLink, renderPatch } from "./pieces.ts";

/** Longer texts are cut: the page is for reading. */
const TEXT_CHARACTERS_MAX = 256 * 1024;

/** The file with numbered lines, so that `#L3` leads to the third; throws 404 where none is. */
export async function renderFilePage(
  repository: Repository,
  place: { readonly revision: string; readonly path: string },
  parts: Parts,
): Promise<Markup> {
  const commit = await getCommit(repository, place.revision, parts);
  const text = await readText(repository, ["cat-file", "blob", `${commit}:${place.path}`], parts);
  const lines = text.includes("\0")
    ? ["This file is binary."]
    : text.replace(/\n$/, "").split("\n");
  return html`<h1 class="crumbs">
      <a href="/">${fullName(repository)}</a> / <strong>${place.path}</strong> at
      ${renderCommitLink(repository, commit)}
    </h1>
    <ol class="card code">
      ${lines.map((line, index) => html`<li id="L${index + 1}"><code>${line}</code></li>`)}
    </ol>`;
}

/** Message with patch; throws 404 where the repository has no such commit. */
export async function renderCommitPage(
  repository: Repository,
  revision: string,
  parts: Parts,
): Promise<Markup> {
  const commit = await getCommit(repository, revision, parts);
  const args = ["show", "--format=medium", "--stat", "--patch", "--no-ext-diff", commit];
  const text = await readText(repository, args, parts);
  return html`<h1 class="crumbs">
      <a href="/">${fullName(repository)}</a> / <strong class="mono">${commit}</strong>
    </h1>
    <pre class="card code">${renderPatch(text)}</pre>`;
}

async function getCommit(repository: Repository, revision: string, parts: Parts): Promise<string> {
  const commit = await parts.store.findCommit(repository, revision);
  if (commit === undefined) throw notFound();
  return commit;
}

async function readText(
  repository: Repository,
  args: readonly string[],
  { store }: Parts,
): Promise<string> {
  try {
    const text = await git(store.dirOf(repository), args);
    return text.length > TEXT_CHARACTERS_MAX
      ? `${text.slice(0, TEXT_CHARACTERS_MAX)}\n… (cut)`
      : text;
  } catch {
    throw notFound();
  }
}
