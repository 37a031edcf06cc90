/** Finds what a person who misspelled a word most likely meant. */

/** Beyond this many edits a suggestion would puzzle more than help. */
const DISTANCE_MAX = 2;
const LENGTH_MAX = 40;

/** The candidate that takes the fewest edits, at most two and fewer than half of the word. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LENGTH_MAX) return undefined;
  const lower = word.toLowerCase();
  let nearest: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = distanceOf(lower, candidate.toLowerCase());
    if (distance > DISTANCE_MAX || distance * 2 >= candidate.length) continue;
    if (nearest === undefined || distance < nearest.distance) nearest = { candidate, distance };
  }
  return nearest?.candidate;
}

/** Levenshtein's distance: insertions, deletions and replacements of one character. */
function distanceOf(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const deleted = (previous[column] ?? 0) + 1;
      const inserted = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(replaced, deleted, inserted));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
