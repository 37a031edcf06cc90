/** Leaves out of a scan's keys what the configuration allows or excludes, as the service does. */
import type { EffectivePolicy, PolicySource, Silence } from "../../model/policy.ts";
import { compileAllows } from "../../triage/allow.ts";
import { CONFIG_FILE, type FoundConfig } from "./find-config.ts";
import type { FoundKey } from "./report.ts";

export interface AppliedConfig {
  readonly keys: readonly FoundKey[];
  /** Those that are left out, each with what says so. */
  readonly silenced: readonly SilencedKey[];
}

export interface SilencedKey extends FoundKey {
  readonly reason: "allowed" | "excluded";
  /** File and line, with the reason that is given there. */
  readonly by: string;
}

const FILES: Readonly<Record<PolicySource, string>> = {
  organisation: "the organisation's rekeeper.yml",
  repository: CONFIG_FILE,
};

/** A key is left out of all its places or of none. @param today `YYYY-MM-DD` in UTC. */
export function applyConfig(
  keys: readonly FoundKey[],
  policy: EffectivePolicy,
  { pathOf }: Pick<FoundConfig, "pathOf">,
  today: string,
): AppliedConfig {
  const decide = compileAllows(policy, today);
  const kept = new Set<FoundKey>();
  const silenced: SilencedKey[] = [];
  for (const places of Map.groupBy(keys, ({ fingerprint }) => fingerprint).values()) {
    const paths = places.map(({ origin }) => pathOf(origin)).filter((path) => path !== undefined);
    for (const key of places) {
      const allowance = decide({
        fingerprint: key.fingerprint,
        rule: key.rule.id,
        lane: key.lane,
        verdict: "unknown",
        paths: [...new Set(paths)],
        hasAllPaths: paths.length === places.length,
      });
      if (allowance.kind === "reported") kept.add(key);
      else silenced.push({ ...key, ...toReason(allowance) });
    }
  }
  return { keys: keys.filter((key) => kept.has(key)), silenced };
}

function toReason(silence: Silence): Pick<SilencedKey, "reason" | "by"> {
  if (silence.kind === "excluded") {
    const { value, source } = silence.pattern;
    return { reason: "excluded", by: `${FILES[source]}: ${value}` };
  }
  const { source, place, reason } = silence.entry;
  return { reason: "allowed", by: `${FILES[source]}:${place.line}: ${reason}` };
}
