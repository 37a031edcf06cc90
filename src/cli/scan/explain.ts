/**
 * Says of text in the form of a key why it is no finding.
 *
 * Looks again at what a scan has read, rule by rule and with the plain expressions: the engine
 * itself keeps nothing of what it turns down. That takes some twenty times as long as the scan.
 */
import { byteText, readableText } from "../../detect/byte-text.ts";
import { isOverlapping, keyOf, type Piece } from "../../detect/candidate.ts";
import { passesChecksum } from "../../detect/checksum.ts";
import { decodeToUtf8 } from "../../detect/decode.ts";
import { bitsPerCharacter } from "../../detect/entropy.ts";
import { createPlaceFinder } from "../../detect/place.ts";
import { isPlaceholder } from "../../detect/placeholder.ts";
import { isReference } from "../../detect/reference.ts";
import type { Place } from "../../model/finding.ts";
import { KeyText } from "../../model/key-text.ts";
import type { CompiledRule, CompiledRules } from "../../model/rule.ts";
import type { Origin, ScanItem } from "./item.ts";

/** Why a text in a key's form does not count. */
export const DROP_REASONS = {
  placeholder: "a placeholder: a word, a template or a pattern that no random key has",
  entropy: "too regular to be random",
  reference: "names a key instead of being one: a variable, a call, a path",
  checksum: "its checksum or inner structure is wrong",
  path: "the rule does not count at this path",
  baseline: "in the baseline",
} as const;
export type DropReason = keyof typeof DROP_REASONS;

export interface Dropped {
  readonly rule: CompiledRule;
  readonly masked: string;
  readonly origin: Origin;
  readonly place: Place;
  readonly reason: DropReason;
}

export interface Explainer {
  look(item: ScanItem): void;
  /** Those of known providers first. */
  list(): readonly Dropped[];
  /** True when there were more than are listed. */
  isCut(): boolean;
}

/** More than this nobody reads. */
const DROPPED_MAX = 1_000;

export function createExplainer({ rules }: CompiledRules): Explainer {
  const dropped: Dropped[] = [];
  let isCut = false;
  return {
    look({ bytes, origin }) {
      if (origin.names !== undefined || isCut) return;
      const text = decodeToUtf8(bytes);
      const characters = byteText(text, 0, text.length);
      const folded = characters.toLowerCase();
      const findPlace = createPlaceFinder(text);
      const candidates = rules
        .filter((rule) =>
          rule.prefilters.some(({ literal }) => folded.includes(literal.toLowerCase())),
        )
        .flatMap((rule) => listCandidates(rule, characters));
      const accepted = candidates.filter(({ reason }) => reason === undefined);
      const refused = candidates
        .filter((candidate) => !accepted.some(({ key }) => isOverlapping(key, candidate.key)))
        .toSorted((a, b) => a.key.start - b.key.start || rank(a.rule) - rank(b.rule));
      let end = 0;
      for (const { rule, key, reason } of refused) {
        // Several rules may stumble over one text: the first one tells enough.
        if (reason === undefined || key.start < end) continue;
        end = key.end;
        if (dropped.length >= DROPPED_MAX) {
          isCut = true;
          return;
        }
        const masked = maskOf(rule, readableText(text, key.start, key.end));
        dropped.push({ rule, masked, origin, place: findPlace(key), reason });
      }
    },
    list: () => dropped.toSorted((a, b) => rank(a.rule) - rank(b.rule)),
    isCut: () => isCut,
  };
}

interface Judged {
  readonly rule: CompiledRule;
  readonly key: Piece;
  /** Undefined where nothing speaks against it. */
  readonly reason: DropReason | undefined;
}

function listCandidates(rule: CompiledRule, text: string): readonly Judged[] {
  const matches = [...text.matchAll(new RegExp(rule.pattern, `${rule.flags}dg`))];
  return matches
    .map((match) => keyOf(match, 0))
    .filter(({ text: value }) => value !== "")
    .map((key) => ({ rule, key, reason: findReason(rule, key.text) }));
}

/** The tests of detect/genuine.ts; what people can mend first. */
function findReason(rule: CompiledRule, text: string): DropReason | undefined {
  if (isPlaceholder(text)) return "placeholder";
  if (bitsPerCharacter(text) < rule.entropyMin) return "entropy";
  if (rule.skipReferences && isReference(text)) return "reference";
  const isRight = rule.checksum === undefined || passesChecksum(rule.checksum, text);
  return isRight ? undefined : "checksum";
}

function maskOf(rule: CompiledRule, text: string): string {
  const prefix = rule.fixedPrefixes.find((candidate) => text.startsWith(candidate));
  return new KeyText(text, prefix).masked;
}

function rank(rule: CompiledRule): number {
  return rule.lane === "provider" ? 0 : 1;
}
