/** Turns the text of `rekeeper.yml` into a policy, or into everything there is to mend in it. */
import { z } from "zod";
import { findNearest } from "../../lib/nearest.ts";
import { asRuleId } from "../../model/ids.ts";
import type { OwnRuleSource } from "../../model/own-rule.ts";
import type {
  AllowEntry,
  Policy,
  PolicyKey,
  PolicyPlace,
  PolicyProblem,
  PolicySource,
} from "../../model/policy.ts";
import type { OwnRuleFileEntry } from "./own-rule-form.ts";
import { type AllowFileEntry, listKnownKeys, POLICY_FILE, type PolicyFile } from "./schema.ts";
import { POLICY_SETTINGS } from "./settings.ts";
import { PROBLEMS_MAX, readYamlTree } from "./yaml-tree.ts";

export type ParsedPolicy =
  | {
      readonly policy: Policy;
      /** What `restorePolicy` makes the same policy of; it holds no comment of the file. */
      readonly stored: string;
      readonly problems: readonly [];
    }
  | { readonly policy?: undefined; readonly problems: readonly PolicyProblem[] };

export const POLICY_BYTES_MAX: number = 256 * 1024;

/** Returns the policy, or at most 50 problems in the order of their lines. Throws nothing. */
export function parsePolicyFile(text: string, source: PolicySource): ParsedPolicy {
  const bytes = Buffer.byteLength(text);
  if (bytes > POLICY_BYTES_MAX) return { problems: [sizeProblem(bytes)] };
  const tree = readYamlTree(text);
  if (tree.problems.length > 0) return { problems: tree.problems };
  const value = tree.value ?? {};
  const result = POLICY_FILE.safeParse(value);
  if (result.success) {
    const policy = buildPolicy(result.data, source, tree.placeOf);
    return { policy, stored: JSON.stringify({ value, places: placesOf(policy) }), problems: [] };
  }
  const problems = result.error.issues
    .flatMap((issue) => toProblems(issue, tree.placeOf))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, PROBLEMS_MAX);
  return { problems };
}

/** What to say of a file that was not even fetched whole. */
export function sizeProblem(bytes: number): PolicyProblem {
  const kilobytes = (size: number) => Math.ceil(size / 1024).toLocaleString("en");
  return {
    line: 1,
    column: 1,
    message: `the file has ${kilobytes(bytes)} KB, and at most ${kilobytes(POLICY_BYTES_MAX)} KB are read: shorten it`,
  };
}

/** The policy that was stored; undefined where an earlier version stored what no longer counts. */
export function restorePolicy(stored: string, source: PolicySource): Policy | undefined {
  const outer = STORED.safeParse(parseJson(stored));
  if (!outer.success) return undefined;
  const file = POLICY_FILE.safeParse(outer.data.value);
  if (!file.success) return undefined;
  const { places } = outer.data;
  return buildPolicy(file.data, source, (path) => places[path.join(".")] ?? TOP);
}

type PlaceOf = (path: readonly PropertyKey[]) => PolicyPlace;

const TOP: PolicyPlace = { line: 1, column: 1 };

const STORED = z.strictObject({
  value: z.unknown(),
  places: z.record(z.string(), z.strictObject({ line: z.int(), column: z.int() })),
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function buildPolicy(file: PolicyFile, source: PolicySource, placeOf: PlaceOf): Policy {
  const places: Partial<Record<PolicyKey, PolicyPlace>> = {};
  for (const { key } of POLICY_SETTINGS) {
    const path = key.split(".");
    if (isSet(file, path)) places[key] = placeOf(path);
  }
  const { repository, labels, assignees, fallback } = file.issues ?? {};
  return {
    source,
    lock: file.lock ?? [],
    permit: file.permit ?? [],
    ownRules: (file.rules?.own ?? []).map((entry, index) =>
      toOwnRule(entry, placeOf(["rules", "own", index])),
    ),
    exclude: file.paths?.exclude ?? [],
    allow: (file.allow ?? []).map((entry, index) => toAllowEntry(entry, placeOf(["allow", index]))),
    issues: {
      ...(repository !== undefined && { repository }),
      ...(labels !== undefined && { labels }),
      ...(assignees !== undefined && { assignees }),
      ...(fallback !== undefined && { fallback }),
    },
    places,
  };
}

function isSet(file: PolicyFile, path: readonly string[]): boolean {
  let value: unknown = file;
  for (const step of path) value = (value as Record<string, unknown> | undefined)?.[step];
  return value !== undefined;
}

function toAllowEntry(entry: AllowFileEntry, place: PolicyPlace): AllowEntry {
  return {
    ...(entry.key !== undefined && { key: entry.key }),
    ...(entry.rule !== undefined && { rule: asRuleId(entry.rule) }),
    paths: entry.paths ?? [],
    reason: entry.reason,
    ...(entry.until !== undefined && { until: entry.until }),
    place,
  };
}

function toOwnRule(entry: OwnRuleFileEntry, place: PolicyPlace): OwnRuleSource {
  return {
    id: asRuleId(entry.id),
    name: entry.name,
    lane: entry.lane,
    severity: entry.severity,
    pattern: entry.pattern,
    ignoreCase: entry.ignore_case ?? false,
    keywords: entry.keywords ?? [],
    entropyMin: entry.entropy ?? 0,
    examples: entry.examples ?? [],
    nonExamples: entry.non_examples ?? [],
    place,
  };
}

function placesOf(policy: Policy): Record<string, PolicyPlace> {
  const ofEntries = [
    ...policy.allow.map(({ place }, index) => [`allow.${index}`, place] as const),
    ...policy.ownRules.map(({ place }, index) => [`rules.own.${index}`, place] as const),
  ];
  return { ...policy.places, ...Object.fromEntries(ofEntries) };
}

function toProblems(issue: z.core.$ZodIssue, placeOf: PlaceOf): readonly PolicyProblem[] {
  if (issue.code !== "unrecognized_keys") {
    return [{ ...placeOf(issue.path), message: withPath(issue.path, issue.message) }];
  }
  return issue.keys.slice(0, PROBLEMS_MAX).map((key) => ({
    ...placeOf([...issue.path, key]),
    message: unknownKey(key, listKnownKeys(issue.path)),
  }));
}

/** `allow 3, reason: …`: entries count from 1, as people count. */
function withPath(path: readonly PropertyKey[], message: string): string {
  const names = path.map((step) =>
    typeof step === "number" ? ` ${step + 1}` : `, ${String(step)}`,
  );
  return names.length === 0 ? message : `${names.join("").slice(2)}: ${message}`;
}

function unknownKey(key: string, known: readonly string[]): string {
  // A name with digits, or a long one, may be a key that was pasted in the wrong place.
  const name = /^[A-Za-z][A-Za-z_-]{0,29}$/.test(key) ? `"${key}"` : "this setting";
  const nearest = findNearest(key, known);
  const advice =
    nearest === undefined
      ? `remove it; known here: ${known.join(", ")}`
      : `did you mean "${nearest}"?`;
  return `${name} is not known here: ${advice}`;
}
