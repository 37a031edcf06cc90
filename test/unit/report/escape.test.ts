import { marked } from "marked";
import { describe, expect, it } from "vitest";
import { codeCell, codeSpan, encodePath, visible } from "../../../src/report/escape.ts";

/** Texts that a hostile path, name or key could hold. */
const HOSTILE = [
  ["a mention", "@octocat/team"],
  ["an issue number", "fixes #1"],
  ["a link", "[click](https://evil.example.org)"],
  ["an address", "https://evil.example.org"],
  ["an image", "![x](https://evil.example.org/x.png)"],
  ["HTML", "<img src=x onerror=alert(1)>"],
  ["a comment of HTML", "--> <b>bold</b> <!--"],
  ["an entity", "&lt;b&gt;"],
  ["a backtick", "a`b"],
  ["backticks at the ends", "`x`"],
  ["several lengths of backticks", "``a```b`"],
  ["only backticks", "```"],
  ["a heading", "# title"],
  ["a bar", "a|b"],
  ["a guarded bar", "a\\|b"],
  ["bars and backslashes", "\\\\\\||\\|"],
  ["emphasis", "**a** _b_ ~~c~~"],
  ["a blank", " "],
  ["nothing", ""],
] as const;

describe.each(HOSTILE)("shows %s as what it is:", (_what, text) => {
  const shown = text.replaceAll("`", "\\u{60}");

  it("in a sentence", () => {
    const html = marked.parseInline(`see ${codeSpan(text)} there`) as string;
    expect(codeOf(html)).toEqual([shown.trim()]);
    expect(html.replace(/<code>.*<\/code>/s, "")).toBe("see  there");
  });

  it("as the text of a link", () => {
    const html = marked.parseInline(`[${codeSpan(text)}](https://github.com/x)`) as string;
    expect(codeOf(html)).toEqual([shown.trim()]);
    expect(html.match(/<\w+/g)).toEqual(["<a", "<code"]);
    expect(html).toContain('href="https://github.com/x"');
  });

  it("in a cell of a table", () => {
    const table = `| a | b |\n|---|---|\n| ${codeCell(text)} | end |`;
    const html = marked.parse(table) as string;
    expect(codeOf(html)).toEqual([shown.replaceAll("|", "\\u{7c}").trim()]);
    expect(html).toContain("<td>end</td>");
  });
});

it.each([
  ["a line break", "a\nb", "a\\u{a}b"],
  ["a carriage return", "a\rb", "a\\u{d}b"],
  ["a zero byte", "a\0b", "a\\u{0}b"],
  ["an escape of a terminal", "\u{1b}[31m", "\\u{1b}[31m"],
  ["a right-to-left override", "a\u{202e}gpj.exe", "a\\u{202e}gpj.exe"],
  ["an isolate", "\u{2066}a\u{2069}", "\\u{2066}a\\u{2069}"],
  ["a zero-width space", "a\u{200b}b", "a\\u{200b}b"],
  ["a soft hyphen", "a\u{ad}b", "a\\u{ad}b"],
  ["a byte order mark", "\u{feff}a", "\\u{feff}a"],
  ["a line separator", "a\u{2028}b", "a\\u{2028}b"],
  ["a tag character", "a\u{e0041}", "a\\u{e0041}"],
  ["a filler that looks like a blank", "a\u{3164}b", "a\\u{3164}b"],
  ["a variation selector", "a\u{fe0f}", "a\\u{fe0f}"],
  ["half a character", "a\ud83d", "a\\u{d83d}"],
])("writes %s out", (_what, text, shown) => {
  expect(visible(text)).toBe(shown);
  expect(codeSpan(text)).toBe(`\`${shown}\``);
});

it("leaves letters of every script alone", () => {
  for (const text of ["größe.txt", "パス/ファイル", "ملف", "😀.md"])
    expect(visible(text)).toBe(text);
});

it("cuts at 300 characters and says so", () => {
  expect(visible("x".repeat(300))).toBe("x".repeat(300));
  expect(visible("x".repeat(301))).toBe(`${"x".repeat(299)}…`);
});

it.each([
  ["src/a b.ts", "src/a%20b.ts"],
  ["a(b)[c].md", "a%28b%29%5Bc%5D.md"],
  ["100%/x?y#z", "100%25/x%3Fy%23z"],
  ["it's!*", "it%27s%21%2A"],
  ["größe", "gr%C3%B6%C3%9Fe"],
  ["a\nb", "a%0Ab"],
  ["half \ud83d", "half%20%EF%BF%BD"],
])("encodes the path %j for an address", (path, encoded) => {
  expect(encodePath(path)).toBe(encoded);
});

/** What the code elements of a page show. */
function codeOf(html: string): string[] {
  const entities: Readonly<Record<string, string>> = {
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
    "&quot;": '"',
    "&#39;": "'",
  };
  return [...html.matchAll(/<code>(.*?)<\/code>/gs)].map(([, code = ""]) =>
    code.replace(/&(?:lt|gt|amp|quot|#39);/g, (entity) => entities[entity] ?? entity).trim(),
  );
}
