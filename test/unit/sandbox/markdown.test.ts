/** What the sandbox's Markdown lets through to the page. */
import { describe, expect, test } from "vitest";
import { renderMarkdown } from "../../../src/sandbox/page/markdown.ts";

/** Every tag that can come out; attributes only where named here. */
const ALLOWED =
  /^<(?:\/?(?:p|strong|em|del|code|pre|ul|ol|li|h[1-6]|blockquote|table|thead|tbody|tr|th|td|hr|br|details|summary|kbd|sub|sup|a)|details open|a href="(?:https?:|mailto:|\/|#)[^"<>]*" rel="noreferrer"|input type="checkbox" disabled (?:checked )?aria-label="[a-z ]+"|ol start="\d+"|t[hd] align="\w+"|code class="language-[^"<>]+")\s*\/?>$/;

function listTags(html: string): string[] {
  return html.match(/<[^>]*>?/g) ?? [];
}

describe("renderMarkdown", () => {
  test.each([
    ["a script", "<script>alert(1)</script>"],
    ["a handler on a kept tag", '<details open onclick="x()"><summary style="x">a</summary>'],
    ["a picture", "![a](https://example.org/a.png) <img src=x onerror=x()>"],
    ["a script as a link", "[a](javascript:x()) [b](JavaScript&colon;x()) [c](data:text/html,x)"],
    ["a link without protocol", "[a](//example.org/) <a href=//example.org/>b</a>"],
    ["a quote in a link", '[a](https://example.org/"onmouseover="x()) <https://example.org/"x>'],
    ["a title", '[a](https://example.org/ "b\\" onmouseover=x() c")'],
    ["a tag in code", "`<b>` and\n\n```html\n<script>\n```"],
    ["a tag in a fence's name", '```"><script>\nx\n```'],
    ["a comment that does not end", "a\n\n<!-- <script>alert(1)</script>"],
    ["a tag inside a comment", "<!-- a --><script>--></script><!-- b -->"],
    ["a tag in pieces", "<scr<!-- -->ipt>alert(1)</scr<!-- -->ipt>"],
    ["a reference", "[a][b]\n\n[b]: javascript:x()"],
    ["HTML of a block", "<div>\n<iframe src=x></iframe>\n</div>\n\n<svg/onload=x()>"],
  ])("lets no tag through but the harmless: %s", (_name, text) => {
    for (const tag of listTags(renderMarkdown(text))) expect(tag).toMatch(ALLOWED);
  });

  test("hides comments, keeps folds with the Markdown inside", () => {
    const html = renderMarkdown(
      "<!-- marker -->\n<details open>\n<summary>More</summary>\n\n- **one**\n\n</details>",
    );
    expect(html).not.toContain("marker");
    expect(html).toContain("<details open>\n<summary>More</summary>");
    expect(html).toContain("<li><strong>one</strong></li>");
  });

  test("shows tables, task lists, line breaks as GitHub does", () => {
    const html = renderMarkdown("a\nb\n\n- [x] done\n\n| c |\n|---|\n| d |");
    expect(html).toContain("a<br>b");
    expect(html).toContain('<input type="checkbox" disabled checked aria-label="done"> done');
    expect(html).toContain("<td>d</td>");
  });
});
