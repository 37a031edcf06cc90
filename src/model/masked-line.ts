/** Shows names and lines of a text without the keys that stand in them. */
import type { Finding } from "./finding.ts";

/** One line of a text with every key in it replaced by its mask. @param line counts from 1. */
export function maskedLine(text: string, line: number, findings: readonly Finding[]): string {
  const content = text.split("\n")[line - 1] ?? "";
  const inLine = findings
    .filter(({ place }) => place.line <= line && place.lineEnd >= line)
    .toSorted((a, b) => b.place.column - a.place.column);
  // Columns count characters, so the line is cut by characters and not by UTF-16 units.
  let characters = [...content];
  for (const { place, masked } of inLine) {
    const start = place.line < line ? 0 : place.column - 1;
    const end = place.lineEnd > line ? characters.length : place.columnEnd;
    characters = [...characters.slice(0, start), ...masked, ...characters.slice(end)];
  }
  return characters.join("");
}

/** Names as a text of one line each; a line break within a name would move those behind it. */
export function linesOf(names: readonly string[]): string {
  return names.map((name) => name.replaceAll("\n", "\u{2424}")).join("\n");
}
