/** Renders Markdown as GitHub shows it, with nothing of it able to act on the page. */
import { Marked, type Tokens } from "marked";

/** Comments are hidden; of all HTML only these few tags, bare, keep their meaning. */
const KEPT_HTML = /<!--[\s\S]*?(?:-->|$)|<\/?(?:details|summary|br|kbd|sub|sup)(?: open)?\s*\/?>/gi;
const SAFE_LINK = /^(?:https?:\/\/|mailto:|\/(?!\/)|#)/i;

/** Returns HTML that is safe to put into the page: links go to http(s), mail or this server only. */
export function renderMarkdown(text: string): string {
  return marked.parse(text, { async: false });
}

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag): string => renderHtml(text),
    link({ href, tokens }: Tokens.Link): string {
      const content = this.parser.parseInline(tokens);
      if (!SAFE_LINK.test(href)) return content;
      return `<a href="${escapeHtml(href)}" rel="noreferrer">${content}</a>`;
    },
    checkbox: ({ checked }: Tokens.Checkbox): string =>
      `<input type="checkbox" disabled ${checked ? 'checked aria-label="done"' : 'aria-label="to do"'}> `,
    // A picture would be fetched from wherever its author says: its text has to do.
    image: ({ text }: Tokens.Image): string => escapeHtml(text),
  },
});

function renderHtml(text: string): string {
  let html = "";
  let at = 0;
  for (const match of text.matchAll(KEPT_HTML)) {
    html += escapeHtml(text.slice(at, match.index));
    html += match[0].startsWith("<!--") ? "" : match[0].toLowerCase();
    at = match.index + match[0].length;
  }
  return html + escapeHtml(text.slice(at));
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
