/** Keys in the names of files: they are found like any other, and no path that is shown holds one. */
import { NO_OBJECT } from "../../model/ids.ts";
import { linesOf, maskedLine } from "../../model/masked-line.ts";
import type { Engine, Piece } from "./engine.ts";
import type { Hit, Origin, Scanned } from "./item.ts";

/** Names that are scanned as one text. */
const NAMES_MAX = 5_000;

/** Passes the pieces on, and after every few thousand a text of their names. */
export function* withNames(pieces: Iterable<Piece>): Generator<Piece> {
  let names: string[] = [];
  for (const piece of pieces) {
    yield piece;
    if (piece.origin.path !== undefined) names.push(piece.origin.path);
    if (names.length < NAMES_MAX) continue;
    yield namesPiece(names);
    names = [];
  }
  if (names.length > 0) yield namesPiece(names);
}

export interface Masked extends Scanned {
  /** The same origin with every key in its path replaced by its mask. */
  readonly mask: (origin: Origin) => Origin;
}

/**
 * Masks the paths of all hits and gaps, and adds a hit for each name that holds a key.
 *
 * @param further origins that are going to be shown.
 */
export async function maskNames(
  engine: Engine,
  scanned: Scanned,
  further: readonly Origin[],
): Promise<Masked> {
  const shown = [...scanned.hits, ...scanned.skipped].map(({ origin }) => origin);
  const origins = [...shown, ...further];
  const paths = [...new Set(origins.map(({ path }) => path).filter((path) => path !== undefined))];
  const pieces: Piece[] = [];
  for (let start = 0; start < paths.length; start += NAMES_MAX) {
    pieces.push(namesPiece(paths.slice(start, start + NAMES_MAX)));
  }
  const { hits: ofPaths } = await engine.scanAll(pieces);
  const listed = scanned.hits.filter(({ origin }) => origin.names !== undefined);
  const byName = new Map([...listed, ...ofPaths].flatMap(toNameHits));
  const mask = (origin: Origin): Origin => {
    const masked = byName.get(origin.path ?? "")?.origin.path;
    return masked === undefined ? origin : { ...origin, path: masked };
  };
  return {
    hits: [
      ...scanned.hits
        .filter(({ origin }) => origin.names === undefined)
        .map((hit) => ({ ...hit, origin: mask(hit.origin) })),
      ...byName.values(),
    ],
    skipped: scanned.skipped.map((skipped) => ({ ...skipped, origin: mask(skipped.origin) })),
    mask,
  };
}

function namesPiece(names: readonly string[]): Piece {
  const bytes = Buffer.from(linesOf(names), "utf8");
  return { origin: { kind: "file-name", names }, blob: NO_OBJECT, bytes };
}

/** One hit for each name that holds something, by that name; in the hit the name is masked. */
function toNameHits({ origin, blob, findings }: Hit): readonly (readonly [string, Hit])[] {
  const names = origin.names ?? [];
  const text = linesOf(names);
  const lines = new Set(findings.map(({ place }) => place.line));
  return [...lines].map((line) => {
    const hit: Hit = {
      blob,
      origin: { kind: "file-name", path: maskedLine(text, line, findings) },
      findings: findings
        .filter(({ place }) => place.line === line)
        .map((finding) => ({ ...finding, place: { ...finding.place, line: 1, lineEnd: 1 } })),
    };
    return [names[line - 1] ?? "", hit] as const;
  });
}
