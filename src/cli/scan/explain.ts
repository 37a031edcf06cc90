/**
 * Says of text in the form of a key why it is no finding.
 *
 * Looks again at what a scan has read, rule by rule and with the plain expressions: the engine
 * itself keeps nothing of what it turns down. That takes some twenty times as long as the scan.
 */
import { scanArchives } from "../../detect/archive/scan-archives.ts";
import { byteText, readableText } from "../../detect/byte-text.ts";
import { isOverlapping, keyOf, type Piece } from "../../detect/candidate.ts";
import { passesChecksum } from "../../detect/checksum.ts";
import { decodeToUtf8 } from "../../detect/decode.ts";
import { bitsPerCharacter } from "../../detect/entropy.ts";
import { createPlaceFinder } from "../../detect/place.ts";
import { isPlaceholder } from "../../detect/placeholder.ts";
import { isReference } from "../../detect/reference.ts";
import type { Scanner } from "../../detect/scan.ts";
import { inflateRaw } from "../../lib/inflate-raw.ts";
import { sha256Hex } from "../../lib/sha256.ts";
import type { Place, RawFinding } from "../../model/finding.ts";
import type { ObjectId } from "../../model/ids.ts";
import { keyTextOf } from "../../model/key-text.ts";
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
  allowed: "allowed by the configuration",
  excluded: "in excluded paths only",
} as const;
export type DropReason = keyof typeof DROP_REASONS;

export interface Dropped {
  readonly rule: CompiledRule;
  readonly masked: string;
  readonly origin: Origin;
  readonly place: Place;
  /** Path within an archive, which `place` is then in. */
  readonly inside?: string;
  readonly reason: DropReason;
  /** Where the configuration says so. */
  readonly by?: string;
}

/** Of a repository's blob the origin has no path yet. */
export interface DroppedInBlob extends Dropped {
  readonly blob: ObjectId;
}

export interface Explainer {
  look(item: ScanItem): void;
  /** Those of known providers first. */
  list(): readonly DroppedInBlob[];
  /** True when there were more than are listed. */
  isCut(): boolean;
}

/** More than this nobody reads. */
const DROPPED_MAX = 1_000;

export function createExplainer({ rules }: CompiledRules): Explainer {
  const scanner = scanArchives(createRefusedScanner(rules), inflateRaw);
  const ruleOf = new Map<string, CompiledRule>(rules.map((rule) => [rule.id, rule]));
  const dropped: DroppedInBlob[] = [];
  const seen = new Set<string>();
  let isCut = false;
  return {
    look({ bytes, origin, blob }) {
      if (origin.names !== undefined || isCut) return;
      for (const { rule: id, key, place, inside, reason } of scanner.scan(bytes).findings) {
        const rule = ruleOf.get(id);
        if (rule === undefined || isRepeated(seen, origin, `${id} ${key.reveal()}`)) continue;
        isCut = dropped.length >= DROPPED_MAX;
        if (isCut) return;
        const { masked } = key;
        const within = inside === undefined ? {} : { inside };
        dropped.push({ rule, masked, origin, blob, place, ...within, reason });
      }
    },
    list: () => dropped.toSorted((a, b) => rank(a.rule) - rank(b.rule)),
    isCut: () => isCut,
  };
}

/** A history shows the same text in every version of its file: one of them tells enough. */
function isRepeated(seen: Set<string>, { kind, path }: Origin, text: string): boolean {
  if (kind !== "file" || path !== undefined) return false;
  const hash = sha256Hex(text);
  const isKnown = seen.has(hash);
  seen.add(hash);
  return isKnown;
}

/** What a rule matches and does not accept. */
interface Refused extends RawFinding {
  readonly reason: DropReason;
}

function createRefusedScanner(rules: readonly CompiledRule[]): Scanner<Refused> {
  return {
    scan(bytes) {
      const text = decodeToUtf8(bytes);
      const findPlace = createPlaceFinder(text);
      const findings = listRefused(rules, text).map(({ rule, key, reason }) => ({
        rule: rule.id,
        key: keyTextOf(readableText(text, key.start, key.end), rule.fixedPrefixes),
        place: findPlace(key),
        reason,
      }));
      return { findings, gaps: [] };
    },
  };
}

/** In the order of their places, none over another, and none where a key is found. */
function listRefused(rules: readonly CompiledRule[], text: Uint8Array): readonly Reasoned[] {
  const characters = byteText(text, 0, text.length);
  const folded = characters.toLowerCase();
  const candidates = rules
    .filter((rule) => rule.prefilters.some(({ literal }) => folded.includes(literal.toLowerCase())))
    .flatMap((rule) => listCandidates(rule, characters));
  const accepted = candidates.filter(({ reason }) => reason === undefined);
  let end = 0;
  return candidates
    .filter((candidate) => !accepted.some(({ key }) => isOverlapping(key, candidate.key)))
    .filter((candidate): candidate is Reasoned => candidate.reason !== undefined)
    .toSorted((a, b) => a.key.start - b.key.start || rank(a.rule) - rank(b.rule))
    .filter(({ key }) => {
      // Several rules may stumble over one text: the first one tells enough.
      if (key.start < end) return false;
      end = key.end;
      return true;
    });
}

type Reasoned = Judged & { readonly reason: DropReason };

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

function rank(rule: CompiledRule): number {
  return rule.lane === "provider" ? 0 : 1;
}
