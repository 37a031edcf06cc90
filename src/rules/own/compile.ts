/** Makes a rule of the configuration ready to run, or says what to change in it. */
import type { OwnRule, OwnRuleSource } from "../../model/own-rule.ts";
import type { CompiledRule } from "../../model/rule.ts";
import { deriveLiterals } from "./literals.ts";
import { compileRe2 } from "./re2.ts";

/**
 * Instructions of a pattern: RE2 may take as many steps for each character, so that 4 KB take some
 * 60 ms at worst (measured on hostile patterns and texts, two busy cores).
 */
export const OWN_RULE_SIZE_MAX = 1_000;

const LITERALS_MAX = 32;

/** @throws Error with one sentence that says what to change. */
export function compileOwnRule(source: OwnRuleSource): OwnRule {
  if (!/^[\x20-\x7e]*$/.test(source.pattern)) {
    throw new Error(
      "the pattern is matched against bytes: write it on one line and in ASCII, others as [^\\x00-\\x7f]",
    );
  }
  const { size, find } = compileRe2(source.pattern, source.ignoreCase);
  if (size > OWN_RULE_SIZE_MAX) {
    throw new Error(
      `the pattern has ${size.toLocaleString("en")} instructions, and at most ${OWN_RULE_SIZE_MAX.toLocaleString("en")} are run: repeat less in it`,
    );
  }
  if (find("", 0) !== undefined) throw new Error(MATCHES_EMPTY);
  const literals = source.keywords.length > 0 ? source.keywords : deriveLiterals(source.pattern);
  if (literals.length > LITERALS_MAX) {
    throw new Error("the pattern can match in very many ways: name keywords, or make two rules");
  }
  return { rule: toCompiledRule(source), literals };
}

export const MATCHES_EMPTY =
  "the pattern matches the empty text: let it match at least one character";

/** What stands here and has no meaning for an own rule is what leaves it without effect. */
function toCompiledRule(source: OwnRuleSource): CompiledRule {
  return {
    id: source.id,
    provider: 0,
    name: source.name,
    lane: source.lane,
    severity: source.severity,
    pattern: source.pattern,
    flags: source.ignoreCase ? "im" : "m",
    prefilters: [],
    spanMax: 0,
    fixedPrefixes: [],
    entropyMin: source.entropyMin,
    skipReferences: false,
    parts: [],
    notIn: [],
    testKey: false,
    isOwn: true,
  };
}
