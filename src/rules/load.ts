/** Reads the compiled rules back from their JSON. */
import type { CompiledRules } from "../model/rule.ts";

/**
 * Returns the rules that `scripts/build-rules.ts` wrote. The text is our own build's output, so only
 * its outline is checked: a whole validation at each start would cost more than the parsing.
 *
 * @throws Error when it is no such file, saying how to make one.
 */
export function parseCompiledRules(json: string): CompiledRules {
  const rules: unknown = parseJson(json);
  if (isCompiledRules(rules)) return rules;
  throw new Error("the compiled rules are damaged: run `node scripts/build-rules.ts`");
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isCompiledRules(value: unknown): value is CompiledRules {
  return (
    typeof value === "object" &&
    value !== null &&
    "hash" in value &&
    typeof value.hash === "string" &&
    "providers" in value &&
    Array.isArray(value.providers) &&
    "rules" in value &&
    Array.isArray(value.rules)
  );
}
