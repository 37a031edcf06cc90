/** Chooses one candidate where several rules claim the same bytes. */
import { type Candidate, isOverlapping, type Range } from "./candidate.ts";

/**
 * Returns the candidates that no better one overlaps, by position. Better is, in this order: a pair
 * over a single key, a provider's rule over a generic one, a rule of the program over an own one, clear text over what it encodes, a form
 * of its own over a mere assignment, a checked form over an unchecked one, the longer key, the longer match; among equals the rule whose
 * id comes first, so that the result never depends on the order of files.
 */
export function resolveOverlaps(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const cluster of listClusters(candidates)) {
    const winners: Candidate[] = [];
    for (const candidate of cluster.toSorted(compareMerit)) {
      if (!winners.some((winner) => isClashing(winner, candidate))) winners.push(candidate);
    }
    kept.push(...winners);
  }
  return kept.toSorted((a, b) => a.key.start - b.key.start);
}

/** Groups of candidates whose extents touch: only inside one can there be a clash. */
function listClusters(candidates: readonly Candidate[]): Candidate[][] {
  const clusters: Candidate[][] = [];
  let end = -1;
  for (const candidate of candidates.toSorted((a, b) => startOf(a) - startOf(b))) {
    if (startOf(candidate) >= end) clusters.push([]);
    clusters.at(-1)?.push(candidate);
    end = Math.max(end, candidate.key.end, candidate.companion?.end ?? 0);
  }
  return clusters;
}

function startOf(candidate: Candidate): number {
  return Math.min(candidate.key.start, candidate.companion?.start ?? candidate.key.start);
}

function isClashing(a: Candidate, b: Candidate): boolean {
  return claimsOf(a).some((mine) => claimsOf(b).some((theirs) => isOverlapping(mine, theirs)));
}

function claimsOf({ key, companion }: Candidate): Range[] {
  return companion ? [key, companion] : [key];
}

function compareMerit(a: Candidate, b: Candidate): number {
  return (
    Number(b.companion !== undefined) - Number(a.companion !== undefined) ||
    Number(b.rule.lane === "provider") - Number(a.rule.lane === "provider") ||
    Number(a.rule.isOwn ?? false) - Number(b.rule.isOwn ?? false) ||
    Number(a.key.decoded !== undefined) - Number(b.key.decoded !== undefined) ||
    Number(a.rule.skipReferences) - Number(b.rule.skipReferences) ||
    Number(b.rule.checksum !== undefined) - Number(a.rule.checksum !== undefined) ||
    b.key.end - b.key.start - (a.key.end - a.key.start) ||
    b.match.end - b.match.start - (a.match.end - a.match.start) ||
    a.key.start - b.key.start ||
    (a.rule.id < b.rule.id ? -1 : Number(a.rule.id > b.rule.id))
  );
}
