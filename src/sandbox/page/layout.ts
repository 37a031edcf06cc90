/** The frame that every page of the sandbox has. */
import { html } from "hono/html";

/** What `html` templates yield: escaped text that may be put into another template. */
export type Markup = ReturnType<typeof html>;

export interface LayoutOptions {
  readonly title: string;
  readonly organisation: string;
  readonly main: Markup;
}

export function renderLayout({ title, organisation, main }: LayoutOptions): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/sandbox.css" />
        <link rel="stylesheet" href="/assets/text.css" />
        <script src="/assets/live.js" type="module"></script>
      </head>
      <body>
        <header class="bar">
          <a class="bar-name" href="/">${organisation}</a>
          <span class="bar-note">A stand-in for GitHub on this machine. Nothing here leaves it.</span>
        </header>
        <main>${main}</main>
      </body>
    </html>`;
}
