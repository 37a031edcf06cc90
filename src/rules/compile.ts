/** Compiles the rule files of all providers into the one table that the engine loads. */
import { asRuleId } from "../model/ids.ts";
import type { CompiledPart, CompiledRule, CompiledRules, ProviderGuide } from "../model/rule.ts";
import { checkPartPattern, derivePattern, SPAN_DEFAULT_MAX } from "./derive.ts";
import type { PartSource, ProviderSource, RuleFile, RuleSource } from "./rule-file.ts";
import { type Locate, parseProviderFile, type RuleProblem } from "./schema.ts";

export type Compilation =
  | { readonly rules: CompiledRules; readonly problems: readonly [] }
  | { readonly rules?: undefined; readonly problems: readonly RuleProblem[] };

/**
 * Returns the compiled rules, or every problem of every file; throws nothing.
 *
 * @param files in any order; the result does not depend on it.
 * @param hash 64 hex digits over whatever the result depends on.
 */
export function compileRules(files: readonly RuleFile[], hash: string): Compilation {
  const problems: RuleProblem[] = [];
  const providers: ProviderGuide[] = [];
  const rules: CompiledRule[] = [];
  const ids = new Set<string>();
  for (const file of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const parsed = parseProviderFile(file);
    problems.push(...parsed.problems);
    if (parsed.provider === undefined) continue;
    const { provider: source, locate } = parsed;
    problems.push(...checkNames(file.name, source, locate, ids));
    for (const [index, rule] of source.rules.entries()) {
      try {
        rules.push(compileRule(rule, providers.length));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        problems.push(locate(["rules", index, "pattern"], `${rule.id}: ${reason}`));
      }
    }
    providers.push(toGuide(file.name, source));
  }
  return problems.length > 0 ? { problems } : { rules: { hash, providers, rules }, problems: [] };
}

const FILE_NAME = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.yml$/;

function checkNames(
  fileName: string,
  source: ProviderSource,
  locate: Locate,
  ids: Set<string>,
): RuleProblem[] {
  const provider = FILE_NAME.exec(fileName)?.[1];
  if (provider === undefined) {
    return [locate([], "name the file <provider>.yml, in lower case with hyphens")];
  }
  return source.rules.flatMap((rule, index) => {
    const problems: RuleProblem[] = [];
    const report = (message: string) => problems.push(locate(["rules", index, "id"], message));
    if (!rule.id.startsWith(`${provider}-`)) report(`${rule.id}: begin the id with ${provider}-`);
    if (ids.has(rule.id)) report(`${rule.id}: another rule has this id`);
    ids.add(rule.id);
    return problems;
  });
}

function compileRule(rule: RuleSource, provider: number): CompiledRule {
  const flags = flagsOf(rule);
  const derived = derivePattern(rule.pattern, flags, rule.span ?? SPAN_DEFAULT_MAX);
  return {
    id: asRuleId(rule.id),
    provider,
    name: rule.name,
    lane: rule.lane,
    severity: rule.severity,
    pattern: rule.pattern,
    flags,
    ...derived,
    entropyMin: rule.entropy,
    ...(rule.checksum === undefined ? {} : { checksum: rule.checksum }),
    skipReferences: rule.skip_references,
    parts: rule.parts.map(compilePart),
    notIn: rule.not_in,
    testKey: rule.test_key,
  };
}

function compilePart(part: PartSource): CompiledPart {
  const flags = flagsOf(part);
  try {
    checkPartPattern(part.pattern, flags);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`part "${part.name}": ${reason}`, { cause });
  }
  return {
    name: part.name,
    pattern: part.pattern,
    flags,
    withinBytes: part.within,
    secret: part.secret,
    required: part.required,
    entropyMin: part.entropy,
  };
}

/** `^` and `$` are line borders in every pattern: the engine never shows it the whole file. */
function flagsOf(source: { readonly ignore_case: boolean }): string {
  return source.ignore_case ? "im" : "m";
}

function toGuide(fileName: string, source: ProviderSource): ProviderGuide {
  return {
    id: fileName.replace(/\.yml$/, ""),
    name: source.provider,
    docs: source.docs,
    rotatePage: source.rotate.page,
    steps: source.rotate.steps,
    proof: source.rotate.proof,
    scope: source.rotate.scope,
  };
}
