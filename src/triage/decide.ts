/** Decides what the hits of a range mean: introduced here or known, in head or only in history. */
import type { Change } from "../model/change.ts";
import type { Finding } from "../model/finding.ts";
import type { Fingerprint, ObjectId, RuleId } from "../model/ids.ts";
import type { CommitOccurrence } from "../model/occurrence.ts";
import { isOwnRuleId } from "../model/own-rule.ts";
import { type Lane, SEVERITIES, type Severity } from "../model/rule.ts";

/** What triage has to know of a rule. */
export interface RuleFacts {
  readonly lane: Lane;
  readonly severity: Severity;
  /** True when the rule counts at this path. */
  readonly countsAt: (path: string) => boolean;
}

export interface RangeEvidence {
  /** Every commit of the range that brings a blob with a hit to a path, oldest first. */
  readonly changes: readonly Change[];
  /** Hits of any blob named in `changes`, old versions included. */
  readonly hitsOf: (blob: ObjectId) => readonly Finding[];
  /** Hits in messages and file names, which every commit of the range brings anew. */
  readonly textHits: readonly TextHit[];
  /** Blobs with hits that the head's own tree holds. */
  readonly headBlobs: ReadonlySet<ObjectId>;
  /** Keys that the base's own tree is known to hold anywhere. */
  readonly baseKeys: ReadonlySet<Fingerprint>;
  readonly rules: ReadonlyMap<RuleId, RuleFacts>;
}

export interface TextHit {
  readonly finding: Finding;
  readonly occurrence: CommitOccurrence;
}

/** One key of a range. */
export interface Decision {
  readonly fingerprint: Fingerprint;
  readonly rule: RuleId;
  readonly masked: string;
  readonly lane: Lane;
  readonly severity: Severity;
  /** Some commit of the range adds this key, and the base does not hold it. */
  readonly isIntroduced: boolean;
  /** The head's tree still shows it. */
  readonly isInHead: boolean;
  /** Where commits of the range brought it, oldest first, at most 100. */
  readonly occurrences: readonly CommitOccurrence[];
}

const OCCURRENCES_MAX = 100;

/**
 * One decision per key, in the order in which the range brings them.
 *
 * A commit adds a key when the blob it brings holds it and neither the versions it replaces nor
 * the files it deletes do: an edit of another line, or a moved file, blames nobody.
 */
export function decide(evidence: RangeEvidence): readonly Decision[] {
  const drafts = new Map<Fingerprint, Draft>();
  for (const change of evidence.changes) {
    const replaced = keysOf(change, evidence);
    for (const finding of evidence.hitsOf(change.blob)) {
      note(drafts, evidence, finding, {
        occurrence: occurrenceOf(change, finding),
        isAdded: !replaced.has(finding.fingerprint),
        isInHead: evidence.headBlobs.has(change.blob),
      });
    }
  }
  for (const { finding, occurrence } of evidence.textHits) {
    // A message or an old name stays in the head's history, and only rewriting that removes it.
    note(drafts, evidence, finding, { occurrence, isAdded: true, isInHead: true });
  }
  return [...drafts.values()].map(({ added, standing, ...draft }) => ({
    ...draft,
    // Where it was added is what people need to see; where an old key merely stands is not.
    occurrences: draft.isIntroduced ? added : standing,
  }));
}

interface Draft {
  readonly fingerprint: Fingerprint;
  rule: RuleId;
  masked: string;
  lane: Lane;
  severity: Severity;
  isIntroduced: boolean;
  isInHead: boolean;
  readonly added: CommitOccurrence[];
  readonly standing: CommitOccurrence[];
}

function createDraft(finding: Finding, facts: RuleFacts): Draft {
  return {
    fingerprint: finding.fingerprint,
    ...kindOf(finding, facts),
    isIntroduced: false,
    isInHead: false,
    added: [],
    standing: [],
  };
}

function kindOf({ rule, masked }: Finding, { lane, severity }: RuleFacts) {
  return { rule, masked, lane, severity };
}

/**
 * A secret that stands alone in one file and beside its id in another is what the pair's rule says.
 * A rule of the configuration gives no key of a known provider another name.
 */
function isStronger(rule: RuleId, facts: RuleFacts, draft: Draft): boolean {
  if (facts.lane !== draft.lane) return facts.lane === "provider";
  if (isOwnRuleId(rule) !== isOwnRuleId(draft.rule)) return isOwnRuleId(draft.rule);
  return SEVERITIES.indexOf(facts.severity) < SEVERITIES.indexOf(draft.severity);
}

interface Sighting {
  readonly occurrence: CommitOccurrence;
  readonly isAdded: boolean;
  readonly isInHead: boolean;
}

function note(
  drafts: Map<Fingerprint, Draft>,
  { rules, baseKeys }: RangeEvidence,
  finding: Finding,
  { occurrence, isAdded, isInHead }: Sighting,
): void {
  const facts = rules.get(finding.rule);
  if (facts === undefined || !facts.countsAt(occurrence.path ?? "")) return;
  const draft = drafts.get(finding.fingerprint) ?? createDraft(finding, facts);
  drafts.set(finding.fingerprint, draft);
  if (isStronger(finding.rule, facts, draft)) Object.assign(draft, kindOf(finding, facts));
  if (isAdded && !baseKeys.has(draft.fingerprint)) draft.isIntroduced = true;
  if (isInHead) draft.isInHead = true;
  if (isAdded && draft.added.length < OCCURRENCES_MAX) draft.added.push(occurrence);
  if (draft.standing.length < OCCURRENCES_MAX) draft.standing.push(occurrence);
}

function occurrenceOf(change: Change, finding: Finding): CommitOccurrence {
  return {
    kind: "file",
    commit: change.commit,
    path: change.path,
    ...(finding.inside !== undefined && { inside: finding.inside }),
    place: finding.place,
    authorName: change.author.name,
    writtenAt: change.committedAt,
  };
}

function keysOf(
  { oldBlobs, deletedBlobs }: Change,
  evidence: RangeEvidence,
): ReadonlySet<Fingerprint> {
  const keys = new Set<Fingerprint>();
  for (const blob of new Set([...oldBlobs, ...deletedBlobs])) {
    for (const finding of evidence.hitsOf(blob)) keys.add(finding.fingerprint);
  }
  return keys;
}
