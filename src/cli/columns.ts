/** Text by the columns of a terminal that it takes. */

/** Chinese, Japanese and Korean writing and most pictures take two columns (Unicode UAX 11). */
const WIDE =
  /^(?:\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}|[\uff01-\uff60\u3000-\u303e])/u;
const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });

export function columnsOf(text: string): number {
  return segmentsOf(text).reduce((sum, segment) => sum + widthOf(segment), 0);
}

/** Fills up with blanks behind the text. */
export function padTo(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** Cuts off what is too much at the end. */
export function cutEnd(text: string, columnsMax: number): string {
  return columnsOf(text) <= columnsMax
    ? text
    : `${take(segmentsOf(text), columnsMax - 1).join("")}…`;
}

/** Cuts off what is too much at the start: of a path its last part says most. */
export function cutStart(text: string, columnsMax: number): string {
  if (columnsOf(text) <= columnsMax) return text;
  return `…${take(segmentsOf(text).reverse(), columnsMax - 1)
    .reverse()
    .join("")}`;
}

function take(segments: readonly string[], columnsMax: number): string[] {
  let columns = 0;
  return segments.filter((segment) => {
    columns += widthOf(segment);
    return columns <= columnsMax;
  });
}

function segmentsOf(text: string): string[] {
  return [...SEGMENTER.segment(text)].map(({ segment }) => segment);
}

/** A grapheme with its marks; expects text without control characters. */
function widthOf(segment: string): number {
  return WIDE.test(segment) ? 2 : 1;
}
