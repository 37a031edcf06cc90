/** Reads `rekeeper.yml` for a scan, strictly: what does not count would be missed in silence. */
import { readFileSync, statSync } from "node:fs";
import { mergePolicies } from "../../config/policy/merge.ts";
import { POLICY_BYTES_MAX, parsePolicyFile, sizeProblem } from "../../config/policy/parse.ts";
import { listUnknownRules } from "../../job/list-unknown-rules.ts";
import { joinRules } from "../../job/own/join-rules.ts";
import { createOwnRuleTrials } from "../../job/own/own-rule-trials.ts";
import { createOwnSearch } from "../../job/own/search.ts";
import { tryOwnRule } from "../../job/own/try-own-rule.ts";
import type {
  EffectivePolicy,
  Policy,
  PolicyProblem,
  PolicySource,
  PolicyWarning,
} from "../../model/policy.ts";
import type { CompiledRules } from "../../model/rule.ts";
import { UsageError } from "../usage-error.ts";
import type { LocalOwnRules } from "./engine.ts";

export type ConfigFiles = Readonly<Partial<Record<PolicySource, string>>>;

export interface ReadConfig {
  readonly policy: EffectivePolicy;
  readonly own?: LocalOwnRules;
  /** Sentences on what is left out, with file, line and column. */
  readonly warnings: readonly string[];
}

/**
 * @param files the organisation's and the repository's file, those that are there.
 * @throws UsageError with every problem of a file, and every rule that is refused.
 */
export async function readConfig(files: ConfigFiles, rules: CompiledRules): Promise<ReadConfig> {
  const base = files.organisation && readPolicy(files.organisation, "organisation");
  const own = files.repository && readPolicy(files.repository, "repository");
  const policy = mergePolicies(base || undefined, own || undefined);
  const tried = await createOwnRuleTrials(async (source) => tryOwnRule(source)).try(
    policy.ownRules,
  );
  const lineOf = (warning: PolicyWarning): string => spell(files[warning.source] ?? "", warning);
  if (tried.warnings.length > 0) refuse(tried.warnings.map(lineOf));
  const unknown = listUnknownRules(policy, joinRules(rules, tried.inForce));
  return {
    policy,
    ...(tried.inForce.rules.length > 0 && {
      own: { rules: tried.inForce, createSearch: createOwnSearch },
    }),
    warnings: [...policy.warnings, ...unknown].map(lineOf),
  };
}

function readPolicy(file: string, source: PolicySource): Policy {
  const { policy, problems } = parsePolicyFile(readText(file), source);
  return policy ?? refuse(problems.map((problem) => spell(file, problem)));
}

function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > POLICY_BYTES_MAX) refuse([spell(file, sizeProblem(size))]);
    return readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${file} cannot be read: check the path and its permissions.`);
  }
}

function spell(file: string, { line, column, message }: PolicyProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}

function refuse(lines: readonly string[]): never {
  throw new UsageError(`This configuration cannot be used:\n${lines.join("\n")}`);
}
