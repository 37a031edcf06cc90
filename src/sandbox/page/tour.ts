/** The lines to copy for a first push that leaks a key. */
import { randomInt } from "node:crypto";
import { html } from "hono/html";
import { expand } from "../../rules/expand.ts";
import { fullName, pushUrl } from "../links.ts";
import type { Parts } from "../parts.ts";
import type { Markup } from "./layout.ts";

/** Keys as templates: what a page shows is drawn anew for it, so none is ever stored. */
const AWS_LINES = [
  "AWS_ACCESS_KEY_ID=AKIA{{base32:16}}",
  "AWS_SECRET_ACCESS_KEY={{[A-Za-z0-9+/]:40}}",
];
const OTHER_KEYS: readonly (readonly [provider: string, template: string])[] = [
  ["GitHub", "GITHUB_TOKEN={{github_token:ghp_}}"],
  ["npm", "NPM_TOKEN={{npm_token}}"],
  ["Stripe", "STRIPE_SECRET_KEY=sk_live_{{alnum:24}}"],
  ["Slack", "SLACK_BOT_TOKEN=xoxb-{{digit:12}}-{{digit:12}}-{{alnum:24}}"],
];

export function renderTour(parts: Parts): Markup {
  const { state } = parts;
  const [first] = state.repositories;
  if (first === undefined) return html`<p class="muted">There is no repository to push to.</p>`;
  const keys = AWS_LINES.map((line) => quote(expand(line, random))).join(" ");
  return html`<ol class="steps">
      <li>
        <p>Clone a repository. The password in the address is made anew at each start.</p>
        ${renderCommand(`git clone ${pushUrl(first, parts.links, parts.pushToken)} && cd ${first.name}`)}
      </li>
      <li>
        <p>Commit a key by mistake. This AWS pair was drawn at random for you; it opens nothing.</p>
        ${renderCommand(`printf '%s\\n' ${keys} > .env
git add .env
git -c user.name=Mona -c user.email=mona@users.noreply.github.com commit -m "Add settings"`)}
      </li>
      <li>
        <p>Push, then look below: the check, its annotations, the issue come by themselves.</p>
        ${renderCommand("git push origin HEAD:main")}
      </li>
    </ol>
    <details>
      <summary>Other keys to try</summary>
      ${OTHER_KEYS.map(
        ([provider, template]) =>
          html`<p>${provider}</p>
            ${renderCommand(`printf '%s\\n' ${quote(expand(template, random))} >> .env`)}`,
      )}
    </details>`;
}

export function renderRepositories(parts: Parts): Markup {
  return html`<ul class="repositories">
    ${parts.state.repositories.map(
      (repository) => html`<li class="card">
        <p class="line">
          <strong>${fullName(repository)}</strong>
          <span class="label">${repository.private ? "private" : "public"}</span>
        </p>
        ${renderCommand(pushUrl(repository, parts.links, parts.pushToken))}
      </li>`,
    )}
  </ul>`;
}

/** The script adds a button that copies the text. */
function renderCommand(text: string): Markup {
  return html`<pre class="command" data-copy><code>${text}</code></pre>`;
}

/** The templates hold no quote, so a pair of them keeps the shell out. */
function quote(text: string): string {
  return `'${text}'`;
}

function random(): number {
  const steps = 2 ** 32;
  return randomInt(steps) / steps;
}
