/** What a scan found, as plain values: everything that the three formats are made of. */
import { ruleFactsOf } from "../../job/rule-facts.ts";
import type { Finding, Place } from "../../model/finding.ts";
import type { GapReason } from "../../model/fragment.ts";
import { type Fingerprint, isNullObjectId, type RuleId } from "../../model/ids.ts";
import type {
  CompiledRule,
  CompiledRules,
  Lane,
  ProviderGuide,
  Severity,
} from "../../model/rule.ts";
import type { Dropped } from "./explain.ts";
import type { Hit, Origin, Scanned, Skipped } from "./item.ts";

export interface FoundKey {
  readonly fingerprint: Fingerprint;
  readonly masked: string;
  readonly rule: CompiledRule;
  readonly guide: ProviderGuide;
  readonly lane: Lane;
  readonly severity: Severity;
  readonly origin: Origin;
  readonly place: Place;
  /** Path within an archive, which `place` is then in. */
  readonly inside?: string;
}

export interface ScanGap {
  readonly kind: "failed" | "by-nature";
  readonly reason: GapReason;
  readonly origin: Origin;
  /** The git object, where no path is known for it. */
  readonly object?: string;
}

export interface ScanReport {
  /** Of known providers first, then in the order in which they were read; no place twice. */
  readonly keys: readonly FoundKey[];
  readonly gaps: readonly ScanGap[];
  /** Places that the baseline left out. */
  readonly baselineCount: number;
  /** Places that the configuration left out. */
  readonly configCount: number;
  /** Absent unless it was asked for. */
  readonly dropped?: readonly Dropped[];
  readonly itemCount: number;
  readonly bytes: number;
  readonly ms: number;
  readonly rules: CompiledRules;
}

export interface Judging {
  readonly rules: CompiledRules;
  readonly baseline: ReadonlySet<Fingerprint>;
}

export interface Judged {
  readonly keys: readonly FoundKey[];
  readonly gaps: readonly ScanGap[];
  /** Known by the baseline. */
  readonly known: readonly FoundKey[];
  /** Found where their rule does not count. */
  readonly elsewhere: readonly FoundKey[];
}

/** Decides what of the hits is reported. */
export function judge({ hits, skipped }: Scanned, { rules, baseline }: Judging): Judged {
  const facts = ruleFactsOf(rules);
  const ruleOf = new Map(rules.rules.map((rule) => [rule.id, rule]));
  const all = hits.flatMap((hit) => toKeys(hit, rules, ruleOf));
  const isCounted = ({ rule, origin }: FoundKey) =>
    facts.get(rule.id)?.countsAt(origin.path ?? "") ?? true;
  const unique = listUnique(all);
  const counted = unique.filter(isCounted);
  const keys = counted.filter(({ fingerprint }) => !baseline.has(fingerprint));
  return {
    keys: keys.toSorted((a, b) => rank(a) - rank(b)),
    gaps: skipped.map(toGap),
    known: counted.filter(({ fingerprint }) => baseline.has(fingerprint)),
    elsewhere: unique.filter((key) => !isCounted(key)),
  };
}

/** The first of those that are one and the same. */
function listUnique(keys: readonly FoundKey[]): readonly FoundKey[] {
  const unique = new Map<string, FoundKey>();
  for (const key of keys) {
    const identity = identityOf(key);
    if (!unique.has(identity)) unique.set(identity, key);
  }
  return [...unique.values()];
}

/** A history holds a key once for each version of its file: there the file alone tells. */
function identityOf({ rule, fingerprint, origin, place, inside }: FoundKey): string {
  const isVersion = origin.kind === "file" && origin.commit !== undefined;
  const where = isVersion ? [] : [origin.commit?.id, place.line, place.column];
  return [rule.id, fingerprint, origin.kind, origin.path, inside, ...where].join("\0");
}

function rank({ lane }: FoundKey): number {
  return lane === "provider" ? 0 : 1;
}

function toKeys(
  hit: Hit,
  rules: CompiledRules,
  ruleOf: ReadonlyMap<RuleId, CompiledRule>,
): readonly FoundKey[] {
  return hit.findings.flatMap((finding) => {
    const rule = ruleOf.get(finding.rule);
    const guide = rule && rules.providers[rule.provider];
    return rule && guide ? [toKey(hit.origin, finding, rule, guide)] : [];
  });
}

function toKey(
  origin: Origin,
  finding: Finding,
  rule: CompiledRule,
  guide: ProviderGuide,
): FoundKey {
  const { fingerprint, masked, place, inside } = finding;
  return {
    fingerprint,
    masked,
    rule,
    guide,
    lane: rule.lane,
    severity: rule.testKey ? "low" : rule.severity,
    origin,
    place,
    ...(inside === undefined ? {} : { inside }),
  };
}

function toGap({ origin, gap }: Skipped): ScanGap {
  const { kind, reason, blob } = gap;
  const isNamed = origin.path !== undefined || origin.commit !== undefined;
  const isObject = blob !== undefined && !isNullObjectId(blob);
  return { kind, reason, origin, ...(isObject && !isNamed ? { object: blob } : {}) };
}
