/** Joins the organisation's base and a repository's own file into what is in force. */
import type {
  EffectiveAllow,
  EffectiveOwnRule,
  EffectivePolicy,
  Policy,
  PolicyKey,
  PolicyWarning,
  SettingOrigin,
  Sourced,
} from "../../model/policy.ts";
import { POLICY_SETTINGS, type PolicySetting, topicOf } from "./settings.ts";

/**
 * A setting that the repository may not set is left out and becomes a warning; everything else of
 * its file counts. Without any file, nothing is configured.
 */
export function mergePolicies(
  base: Policy | undefined,
  repository: Policy | undefined,
): EffectivePolicy {
  const warnings: PolicyWarning[] = [];
  const refused = new Set<PolicyKey>();
  for (const setting of POLICY_SETTINGS) {
    const place = repository?.places[setting.key];
    const message = place && findRefusal(setting, base);
    if (place === undefined || message === undefined) continue;
    refused.add(setting.key);
    warnings.push({ ...place, source: "repository", message });
  }
  const own = repository && withoutRefused(repository, refused);
  const ownRules = joinOwnRules(ownRulesOf(base), ownRulesOf(own));
  return {
    permit: base?.permit ?? [],
    ownRules: ownRules.joined,
    exclude: [...sourcedOf(base, base?.exclude), ...sourcedOf(own, own?.exclude)],
    allow: [...allowsOf(base), ...allowsOf(own)],
    issues: mergeIssues(base, own),
    origins: [...originsOf(base, own), ...originsOf(own, undefined)],
    warnings: [...warnings, ...ownRules.warnings],
  };
}

function findRefusal(setting: PolicySetting, base: Policy | undefined): string | undefined {
  const { key } = setting;
  if (setting.setBy === "base") {
    return `${key} counts in the organisation's rekeeper.yml only: remove it here`;
  }
  if (base?.lock.includes(key) || base?.lock.includes(topicOf(key))) {
    return `the organisation locked ${key}: remove it here, or ask for it there`;
  }
  if (setting.setBy === "base-first" && base?.places[key] !== undefined) {
    return `the organisation sets ${key}, and that counts: remove it here`;
  }
  return undefined;
}

function withoutRefused(policy: Policy, refused: ReadonlySet<PolicyKey>): Policy {
  const kept = <Value>(key: PolicyKey, value: Value, otherwise: Value): Value =>
    refused.has(key) ? otherwise : value;
  const isKept = ([key]: readonly [string, unknown]) => !refused.has(key as PolicyKey);
  const issues = Object.entries(policy.issues).filter(([name]) => isKept([`issues.${name}`, name]));
  return {
    ...policy,
    ownRules: kept("rules.own", policy.ownRules, []),
    exclude: kept("paths.exclude", policy.exclude, []),
    allow: kept("allow", policy.allow, []),
    issues: Object.fromEntries(issues),
    places: Object.fromEntries(Object.entries(policy.places).filter(isKept)),
  };
}

function allowsOf(policy: Policy | undefined): readonly EffectiveAllow[] {
  return policy?.allow.map((entry) => ({ ...entry, source: policy.source })) ?? [];
}

function ownRulesOf(policy: Policy | undefined): readonly EffectiveOwnRule[] {
  return policy?.ownRules.map((rule) => ({ ...rule, source: policy.source })) ?? [];
}

/** An id names one rule in all repositories, or nobody could tell which one a check means. */
function joinOwnRules(base: readonly EffectiveOwnRule[], own: readonly EffectiveOwnRule[]) {
  const taken = new Set(base.map(({ id }) => id));
  const message = "the organisation has a rule of this id: choose another one";
  const warnings: readonly PolicyWarning[] = own
    .filter(({ id }) => taken.has(id))
    .map(({ place, source }) => ({ ...place, source, message }));
  return { joined: [...base, ...own.filter(({ id }) => !taken.has(id))], warnings };
}

function mergeIssues(base: Policy | undefined, own: Policy | undefined): EffectivePolicy["issues"] {
  const first = base?.issues.repository === undefined ? own : base;
  const people = own?.issues.assignees === undefined ? base : own;
  const last = own?.issues.fallback === undefined ? base : own;
  const [repository] = sourcedOf(first, listOf(first?.issues.repository));
  const [fallback] = sourcedOf(last, listOf(last?.issues.fallback));
  return {
    ...(repository !== undefined && { repository }),
    labels: [...sourcedOf(base, base?.issues.labels), ...sourcedOf(own, own?.issues.labels)],
    assignees: sourcedOf(people, people?.issues.assignees),
    ...(fallback !== undefined && { fallback }),
  };
}

function listOf(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

function sourcedOf(
  policy: Policy | undefined,
  values: readonly string[] | undefined,
): readonly Sourced<string>[] {
  if (policy === undefined || values === undefined) return [];
  return values.map((value) => ({ value, source: policy.source }));
}

/** A setting of the base that the repository's own replaces is not in force. */
function originsOf(
  policy: Policy | undefined,
  replacedBy: Policy | undefined,
): readonly SettingOrigin[] {
  if (policy === undefined) return [];
  return POLICY_SETTINGS.flatMap(({ key }) => {
    const place = policy.places[key];
    const isReplaced = REPLACED.has(key) && replacedBy?.places[key] !== undefined;
    return place === undefined || isReplaced ? [] : [{ key, source: policy.source, ...place }];
  });
}

const REPLACED: ReadonlySet<PolicyKey> = new Set(["issues.assignees", "issues.fallback"]);
