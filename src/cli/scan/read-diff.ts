/** Scans the lines that a unified diff adds. */
import type { Finding } from "../../model/finding.ts";
import { NO_OBJECT } from "../../model/ids.ts";
import type { Engine, Piece } from "./engine.ts";
import type { Hit, Scanned } from "./item.ts";
import { type DiffHunk, readUnifiedDiff } from "./unified-diff.ts";

/** Unchanged lines are read with them, so that a key of several lines is whole, and not reported. */
export async function scanDiff(
  engine: Engine,
  text: string,
  isExcluded: (path: string) => boolean,
): Promise<Scanned> {
  const hunks = [...readUnifiedDiff(text)].filter(({ path }) => !isExcluded(path));
  const byOrigin = new Map(hunks.map((hunk) => [{ kind: "file", path: hunk.path } as const, hunk]));
  const pieces: Piece[] = [...byOrigin].map(([origin, hunk]) => ({
    origin,
    blob: NO_OBJECT,
    bytes: new TextEncoder().encode(hunk.text),
  }));
  const { hits, skipped } = await engine.scanAll(pieces);
  const hunkOf = new Map<unknown, DiffHunk>(byOrigin);
  return { hits: hits.flatMap((hit) => addedHits(hit, hunkOf.get(hit.origin))), skipped };
}

function addedHits(hit: Hit, hunk: DiffHunk | undefined): readonly Hit[] {
  if (hunk === undefined) return [];
  const findings = hit.findings
    .filter((finding) => isAdded(finding, hunk))
    .map((finding) => moveDown(finding, hunk.line - 1));
  return findings.length === 0 ? [] : [{ ...hit, findings }];
}

function isAdded({ place }: Finding, { added }: DiffHunk): boolean {
  for (let line = place.line; line <= place.lineEnd; line++) if (added.has(line)) return true;
  return false;
}

function moveDown(finding: Finding, lines: number): Finding {
  const { place } = finding;
  return {
    ...finding,
    place: { ...place, line: place.line + lines, lineEnd: place.lineEnd + lines },
  };
}
