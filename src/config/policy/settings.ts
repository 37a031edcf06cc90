/** Every setting of `rekeeper.yml`, once: who may set it, and how two files of it are joined. */
import type { PolicyKey } from "../../model/policy.ts";

export interface PolicySetting {
  readonly key: PolicyKey;
  /** `base-first`: a repository may set it only where the base leaves it open. */
  readonly setBy: "base" | "both" | "base-first";
  /** True when the base may name it, or its topic, under `lock`. */
  readonly lockable: boolean;
  /** How the two files are joined, as docs/configuration.md says it. */
  readonly joined: string;
}

export const POLICY_SETTINGS: readonly PolicySetting[] = [
  { key: "lock", setBy: "base", lockable: false, joined: "the base's alone" },
  { key: "permit", setBy: "base", lockable: false, joined: "the base's alone" },
  { key: "paths.exclude", setBy: "both", lockable: true, joined: "both lists count" },
  { key: "rules.own", setBy: "both", lockable: true, joined: "both lists count" },
  { key: "allow", setBy: "both", lockable: true, joined: "both lists count" },
  { key: "issues.repository", setBy: "base-first", lockable: true, joined: "the base's wins" },
  { key: "issues.labels", setBy: "both", lockable: true, joined: "both lists count" },
  { key: "issues.assignees", setBy: "both", lockable: true, joined: "the repository's replaces" },
  { key: "issues.fallback", setBy: "both", lockable: true, joined: "the repository's replaces" },
];

/** What may stand under `lock`: each lockable setting, and each topic that holds one. */
export const LOCKS: readonly string[] = [
  ...new Set(
    POLICY_SETTINGS.filter((setting) => setting.lockable).flatMap(({ key }) => [topicOf(key), key]),
  ),
];

/** `issues` of `issues.labels`. */
export function topicOf(key: PolicyKey): string {
  return key.split(".")[0] ?? key;
}
