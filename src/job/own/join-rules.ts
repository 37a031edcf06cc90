/** Joins the rules that come with the program and own ones into what a repository is scanned with. */
import { sha256Hex } from "../../lib/sha256.ts";
import type { OwnRuleSet } from "../../model/own-rule.ts";
import type { CompiledRules, ProviderGuide } from "../../model/rule.ts";

/** What is true of any key stands in the guide for unknown ones. */
const GENERAL_GUIDE = "generic";
/** Shown where a provider's name is. */
const OWN_PROVIDER_NAME = "own rule";

/** The engine finds nothing by the own rules in it: they are for those who look up a finding's. */
export function joinRules(rules: CompiledRules, own: OwnRuleSet): CompiledRules {
  if (own.rules.length === 0) return rules;
  const provider = rules.providers.length;
  return {
    hash: joinHashes(rules.hash, own.hash),
    providers: [...rules.providers, getOwnGuide(rules)],
    rules: [...rules.rules, ...own.rules.map(({ rule }) => ({ ...rule, provider }))],
  };
}

/** The identity of what a repository is scanned with. @param own of its own rules, if any. */
export function joinHashes(rules: string, own: string | null): string {
  return own === null || own === "" ? rules : sha256Hex(`${rules} ${own}`);
}

/** @throws Error when the rules of this version have no general guide. */
export function getOwnGuide({ providers }: CompiledRules): ProviderGuide {
  const general = providers.find(({ id }) => id === GENERAL_GUIDE);
  if (general === undefined) throw new Error(`the rules of this version have no ${GENERAL_GUIDE}`);
  return { ...general, id: "own", name: OWN_PROVIDER_NAME };
}
