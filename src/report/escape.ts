/**
 * The one way in which text of a repository gets into Markdown: as code.
 *
 * GitHub looks for mentions, issue numbers and addresses in the rendered text, so escaping
 * characters does not stop them; inside code it does not look. Characters that could break out or
 * deceive the eye (line breaks, control and bidirectional marks, invisible ones) are written out.
 */

const SHOWN_CHARACTERS_MAX = 300;
/**
 * Control, format (bidirectional, zero-width), line and paragraph separators, lone surrogates, and
 * what fonts show as nothing: fillers and variation selectors.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * @returns a code span that shows `text`, cut at 300 characters. Backticks are written out too:
 *   longer fences are right by the book, but renderers disagree about them inside a link.
 */
export function codeSpan(text: string): string {
  return `\`${visible(text).replaceAll("`", "\\u{60}") || " "}\``;
}

/** A code span for a table cell, where a bar would end the cell even inside code. */
export function codeCell(text: string): string {
  return codeSpan(text).replaceAll("|", "\\u{7c}");
}

/** Text for a place that takes no Markdown, such as an annotation, cut at 300 characters. */
export function visible(text: string): string {
  const isLong = text.length > SHOWN_CHARACTERS_MAX;
  return spellOut(isLong ? `${text.slice(0, SHOWN_CHARACTERS_MAX - 1)}…` : text);
}

/** The whole text with its unsafe characters written out, as `\u{202e}`. */
export function spellOut(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** A path as part of an address: each name encoded, brackets too, since Markdown would end there. */
export function encodePath(path: string): string {
  return path
    .split("/")
    .map((name) =>
      encodeURIComponent(name.toWellFormed()).replace(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join("/");
}
