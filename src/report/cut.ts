/** Shortens text that is longer than GitHub takes, and says so. */

const NOTE = "\n\n*The rest is left out: it is longer than GitHub takes.*";
const ENCODER = new TextEncoder();

/**
 * Cuts at a line's end where there is one near, never within a character. GitHub's pages speak of
 * characters; counted in UTF-8 bytes a text holds the limit whatever GitHub counts.
 */
export function cutToBytes(text: string, bytesMax: number): string {
  if (ENCODER.encode(text).length <= bytesMax) return text;
  const room = new Uint8Array(bytesMax - NOTE.length);
  const head = text.slice(0, ENCODER.encodeInto(text, room).read);
  const lineEnd = head.lastIndexOf("\n");
  return `${lineEnd > head.length / 2 ? head.slice(0, lineEnd) : head}${NOTE}`;
}
