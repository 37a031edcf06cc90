/** Shortens text that is longer than GitHub takes, and says so. */

const NOTE = "\n\n*The rest is left out: it is longer than GitHub takes.*";

/** Cuts at a line's end where there is one near, never within a character. */
export function cutToCharacters(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const room = text.slice(0, charactersMax - NOTE.length);
  const lineEnd = room.lastIndexOf("\n");
  const kept = lineEnd > room.length / 2 ? room.slice(0, lineEnd) : room;
  return `${kept.toWellFormed()}${NOTE}`;
}
