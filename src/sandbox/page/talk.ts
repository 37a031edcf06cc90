/** Shows what was written below an issue or a pull request, with the forms to write more. */
import { html } from "hono/html";
import type { Conversation, ReviewComment, ReviewState } from "../conversation.ts";
import { repositoryPath } from "../links.ts";
import type { Account, SandboxState } from "../state.ts";
import type { Markup } from "./layout.ts";
import { renderAccount, renderBody, renderTime } from "./pieces.ts";

const DEED_OF_REVIEW: Readonly<Record<ReviewState, string>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "requested changes",
  COMMENTED: "reviewed",
};

interface Post {
  readonly author: Account;
  readonly at: Date;
  readonly edited: boolean;
  readonly deed: string;
  readonly body: string | null;
  readonly lines: readonly ReviewComment[];
}

/** The description first, then comments with reviews in order of time. */
export function renderTalk(target: Conversation, state: SandboxState): Markup {
  const comments = state.comments
    .filter(({ issue }) => issue === target)
    .map(({ author, createdAt, updatedAt, body }) => {
      const edited = updatedAt > createdAt;
      return { author, at: createdAt, edited, deed: "commented", body, lines: [] };
    });
  const reviews = state.reviews
    .filter(({ pull }) => pull === target)
    .map((review): Post => {
      const lines = state.reviewComments.filter((comment) => comment.review === review);
      const deed = DEED_OF_REVIEW[review.state];
      const { author, submittedAt: at, body } = review;
      return { author, at, edited: false, deed, body: body === "" ? null : body, lines };
    });
  const { author, createdAt: at, body } = target;
  const first: Post = { author, at, edited: false, deed: "opened this", body, lines: [] };
  const later = [...comments, ...reviews].sort((a, b) => a.at.getTime() - b.at.getTime());
  return html`${renderPost(first, true)}${later.map((post) => renderPost(post, false))}`;
}

/** What the visitor may do below; `more` are further buttons. */
export function renderTalkForms(target: Conversation, more: Markup | "" = ""): Markup {
  const path = `${repositoryPath(target.repository)}/issues/${target.number}`;
  const open = target.state === "open";
  const merged = target.kind === "pull" && target.merge !== null;
  const turn = html`<form method="post" action="${path}/${open ? "close" : "reopen"}">
    <button>${open ? "Close" : "Reopen"}</button>
  </form>`;
  return html`<form class="write" method="post" action="${path}/comments">
      <label for="comment-body">Add a comment</label>
      <textarea id="comment-body" name="body" rows="4" required></textarea>
      <button class="primary">Comment</button>
    </form>
    <div class="line forms">${more} ${merged ? "" : turn}</div>`;
}

function renderPost({ author, at, edited, deed, body, lines }: Post, isFirst: boolean): Markup {
  const shown = isFirst || body !== null || lines.length === 0;
  return html`<article class="card">
    <p class="line post-head">
      ${renderAccount(author)} ${deed}
      <span class="muted">${renderTime(at)}${edited ? " · edited" : ""}</span>
    </p>
    <div class="detail">${shown ? renderBody(body) : ""} ${lines.map(renderLine)}</div>
  </article>`;
}

function renderLine(comment: ReviewComment): Markup {
  const where = comment.line === null ? "whole file" : `line ${comment.line}`;
  return html`<div class="annotation" id="discussion_r${comment.id}">
    <p><span class="mono">${comment.path}</span> <span class="muted">${where}</span></p>
    ${comment.diffHunk === "" ? "" : html`<pre>${comment.diffHunk}</pre>`}
    ${renderBody(comment.body)}
  </div>`;
}
