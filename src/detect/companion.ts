/** Joins a match with its companions nearby, such as a key id with the secret that belongs to it. */
import { CONTEXT_BYTES, type CompiledPart, type CompiledRule } from "../model/rule.ts";
import { byteText } from "./byte-text.ts";
import { type Candidate, isOverlapping, keyOf, type Piece } from "./candidate.ts";
import { bitsPerCharacter } from "./entropy.ts";
import { isPlaceholder } from "./placeholder.ts";

/** Returns the matches of one rule, each with the companions that were found for it. */
export type Pairer = (bytes: Uint8Array, matches: readonly Candidate[]) => readonly Candidate[];

/**
 * Each companion goes to one match only, and a match takes the nearest: see `assign`. A match without
 * a required companion is dropped, and so is one that repeats the public half of a pair, because the
 * pair reports it.
 */
export function createPairer(rule: CompiledRule): Pairer {
  if (rule.parts.length === 0) return (_, matches) => matches;
  const parts = rule.parts.map((part) => ({
    part,
    expression: new RegExp(part.pattern, `${part.flags}dg`),
  }));
  return (bytes, matches) => {
    const found = parts.map(({ part, expression }) => assign(part, expression, bytes, matches));
    const joined = matches.flatMap((match) =>
      join(
        rule,
        match,
        found.map((pieceOf) => pieceOf.get(match)),
      ),
    );
    const paired = new Set(joined.map((candidate) => candidate.companion?.text));
    return joined.filter((candidate) => candidate.companion || !paired.has(candidate.key.text));
  };
}

interface Offer {
  readonly match: Candidate;
  readonly piece: Piece;
  readonly isBehind: boolean;
  /** Bytes between the two. */
  readonly distance: number;
}

/**
 * A file lists its pairs in one order, and taking the nearest alone would cross them where the gap
 * between pairs is smaller than the gap inside. So all matches look behind themselves first or
 * all before themselves, whichever brings them nearer to their companions in sum.
 */
function assign(
  part: CompiledPart,
  expression: RegExp,
  bytes: Uint8Array,
  matches: readonly Candidate[],
): ReadonlyMap<Candidate, Piece> {
  const offers = matches
    .flatMap((match) =>
      listPieces(part, expression, bytes, match).map((piece) => toOffer(match, piece)),
    )
    .toSorted((a, b) => a.distance - b.distance || a.piece.start - b.piece.start);
  const behind = offers.filter((offer) => offer.isBehind);
  const before = offers.filter((offer) => !offer.isBehind);
  const behindFirst = take([...behind, ...before]);
  const beforeFirst = take([...before, ...behind]);
  const costOf = (taken: readonly Offer[]) =>
    taken.reduce((sum, offer) => sum + offer.distance - part.withinBytes, 0);
  const best = costOf(beforeFirst) < costOf(behindFirst) ? beforeFirst : behindFirst;
  return new Map(best.map(({ match, piece }) => [match, piece]));
}

function toOffer(match: Candidate, piece: Piece): Offer {
  const isBehind = piece.start >= match.key.end;
  const distance = isBehind ? piece.start - match.key.end : match.key.start - piece.end;
  return { match, piece, isBehind, distance };
}

/** Accepts offers in this order as long as both sides are free. */
function take(offers: readonly Offer[]): Offer[] {
  const matches = new Set<Candidate>();
  const pieces = new Set<number>();
  return offers.filter(({ match, piece }) => {
    if (matches.has(match) || pieces.has(piece.start)) return false;
    matches.add(match);
    pieces.add(piece.start);
    return true;
  });
}

/** Texts near one match at most: more would be a table of values, not a pair. */
const PIECES_MAX = 64;

function listPieces(
  part: CompiledPart,
  expression: RegExp,
  bytes: Uint8Array,
  { match, key }: Candidate,
): Piece[] {
  const first = Math.max(0, match.start - part.withinBytes);
  const last = match.end + part.withinBytes;
  const offset = Math.max(0, first - CONTEXT_BYTES);
  const window = byteText(bytes, offset, last + CONTEXT_BYTES);
  const pieces: Piece[] = [];
  expression.lastIndex = first - offset;
  for (let hit = expression.exec(window); hit !== null; hit = expression.exec(window)) {
    const piece = keyOf(hit, offset);
    if (piece.start >= last || pieces.length >= PIECES_MAX) break;
    const isNear = piece.end <= last && !isOverlapping(piece, key);
    if (isNear && isCompanion(part, piece)) pieces.push(piece);
    // A rejected or an empty hit must not hide one that begins inside it.
    expression.lastIndex = hit.index + 1;
  }
  return pieces;
}

function isCompanion(part: CompiledPart, piece: Piece): boolean {
  const { text } = piece;
  return text !== "" && bitsPerCharacter(text) >= part.entropyMin && !isPlaceholder(text);
}

function join(
  rule: CompiledRule,
  match: Candidate,
  pieces: readonly (Piece | undefined)[],
): Candidate[] {
  const isIncomplete = rule.parts.some((part, index) => part.required && !pieces[index]);
  if (isIncomplete) return [];
  const secret = pieces.find((piece, index) => piece && rule.parts[index]?.secret);
  if (secret) return [{ ...match, key: secret, companion: match.key }];
  const companion = pieces.find((piece) => piece !== undefined);
  return [companion ? { ...match, companion } : match];
}
