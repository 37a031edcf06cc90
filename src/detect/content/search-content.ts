/** Searches a text, and what stands encoded in it, as one. */
import type { GapReason } from "../../model/fragment.ts";
import { CONTEXT_BYTES } from "../../model/rule.ts";
import { readableText } from "../byte-text.ts";
import type { Candidate, Piece } from "../candidate.ts";
import { decodeToUtf8 } from "../decode.ts";
import { decodeBase64 } from "./base64.ts";
import type { Decoded } from "./decoded.ts";
import { listEncodedRuns } from "./encoded-runs.ts";
import type { Escapes } from "./escape-watch.ts";
import { listEscapedRegions } from "./escaped-regions.ts";
import { decodeEscapes } from "./escapes.ts";
import { decodeHex } from "./hex.ts";

/** Searches one text as it is. */
export type Search = (text: Uint8Array, reasons: Set<GapReason>) => Searched;

export interface Searched {
  readonly candidates: readonly Candidate[];
  readonly escapes: Escapes;
  /** Where blocks begin that may hold encoded text. */
  readonly blocks: readonly number[];
}

/** Encodings within encodings: base64 in base64, or in an escaped string. */
const DECODE_DEPTH_MAX = 2;
/** Bytes of encoded text that are read for one fragment, at all depths together. */
export const DECODED_BYTES_MAX = 8_388_608;

/**
 * Returns the candidates of the text and of what it encodes; these with the range that encodes
 * them. A fragment with more encoded text than the limit adds the reason `decode-limit`.
 */
export function searchContent(
  search: Search,
  text: Uint8Array,
  reasons: Set<GapReason>,
): readonly Candidate[] {
  return searchAt(text, DECODE_DEPTH_MAX, { search, reasons, bytesLeft: DECODED_BYTES_MAX });
}

interface Effort {
  readonly search: Search;
  readonly reasons: Set<GapReason>;
  bytesLeft: number;
}

function searchAt(text: Uint8Array, depthLeft: number, effort: Effort): readonly Candidate[] {
  const { candidates, ...places } = effort.search(text, effort.reasons);
  if (depthLeft === 0) return candidates;
  const inner: Candidate[] = [];
  for (const part of listParts(text, places, effort)) {
    const found = searchAt(part.decoded.bytes, depthLeft - 1, effort);
    for (const candidate of found) {
      if (isWhole(candidate, part)) inner.push(moveOut(candidate, part.decoded));
    }
  }
  return inner.length === 0 ? candidates : [...candidates, ...inner];
}

/** What is decoded of a text, and whether the text went on before and behind it. */
interface Part {
  readonly decoded: Decoded;
  readonly isCutBefore: boolean;
  readonly isCutBehind: boolean;
}

function* listParts(
  text: Uint8Array,
  { escapes, blocks }: Pick<Searched, "escapes" | "blocks">,
  effort: Effort,
): Generator<Part> {
  for (const run of listEncodedRuns(text, blocks)) {
    const decoded = decodeHex(text, run) ?? decodeBase64(text, run);
    if (decoded === undefined) continue;
    if (!spend(effort, run.end - run.start)) return;
    yield { decoded: withoutZeros(decoded), isCutBefore: false, isCutBehind: false };
  }
  for (const region of listEscapedRegions(text, escapes)) {
    if (!spend(effort, region.end - region.start)) return;
    yield {
      decoded: decodeEscapes(text, region, region.kind),
      isCutBefore: region.start > 0,
      isCutBehind: region.end < text.length,
    };
  }
}

/**
 * False where a candidate comes near a cut: a pattern takes that for the end of the text, and would
 * find a piece of a longer word.
 */
function isWhole(
  { match, key, companion = key }: Candidate,
  { decoded, isCutBefore, isCutBehind }: Part,
): boolean {
  const start = Math.min(match.start, key.start, companion.start);
  const end = Math.max(match.end, key.end, companion.end);
  return (
    (!isCutBefore || start >= CONTEXT_BYTES) &&
    (!isCutBehind || end + CONTEXT_BYTES <= decoded.bytes.length)
  );
}

function spend(effort: Effort, bytes: number): boolean {
  effort.bytesLeft -= bytes;
  if (effort.bytesLeft < 0) effort.reasons.add("decode-limit");
  return effort.bytesLeft >= 0;
}

/** Encoded commands of PowerShell are UTF-16: of ASCII every second byte is a zero. */
function withoutZeros(decoded: Decoded): Decoded {
  const { bytes } = decoded;
  if (decodeToUtf8(bytes) === bytes) return decoded;
  const kept = Uint32Array.from(bytes.keys().filter((index) => bytes[index] !== 0));
  return {
    bytes: Uint8Array.from(kept, (index) => bytes[index] ?? 0),
    toOuter({ start, end }) {
      return decoded.toOuter({ start: kept[start] ?? 0, end: (kept[end - 1] ?? 0) + 1 });
    },
  };
}

/** The candidate as one of the outer text. */
function moveOut(candidate: Candidate, decoded: Decoded): Candidate {
  const { key, companion, match } = candidate;
  const move = (piece: Piece): Piece => ({
    ...decoded.toOuter(piece),
    text: piece.text,
    decoded: piece.decoded ?? readableText(decoded.bytes, piece.start, piece.end),
  });
  return {
    rule: candidate.rule,
    match: decoded.toOuter(match),
    key: move(key),
    ...(companion === undefined ? {} : { companion: move(companion) }),
  };
}
