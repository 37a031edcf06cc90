/** Reads the rules of gitleaks and betterleaks, which are TOML. */
import { parse as parseToml } from "smol-toml";
import { z } from "zod";
import { UsageError } from "../usage-error.ts";

export interface ImportedRules {
  /** The text of the file; undefined when no rule could be converted. */
  readonly yaml: string | undefined;
  readonly importedCount: number;
  /** Rules that were left out, each with the reason. */
  readonly refused: readonly RuleNote[];
  /** What differs in rules that were converted. */
  readonly notes: readonly RuleNote[];
}

export interface RuleNote {
  /** As the imported file has it. */
  readonly id: string;
  readonly text: string;
}

/** What is read of a rule; the rest has no meaning here. */
export interface ForeignRule {
  readonly id: string;
  readonly description?: string | undefined;
  readonly regex?: string | undefined;
  readonly keywords?: readonly string[] | undefined;
  readonly path?: string | undefined;
  readonly secretGroup?: number | undefined;
  readonly entropy?: number | undefined;
  readonly allowlist?: unknown;
  readonly allowlists?: unknown;
  readonly filter?: unknown;
  readonly validate?: unknown;
}

const RULE: z.ZodType<ForeignRule> = z.looseObject({
  id: z.string(),
  description: z.string().optional(),
  regex: z.string().optional(),
  keywords: z.array(z.string()).optional(),
  path: z.string().optional(),
  secretGroup: z.int().min(0).optional(),
  entropy: z.number().min(0).max(8).optional(),
  allowlist: z.unknown().optional(),
  allowlists: z.unknown().optional(),
  filter: z.unknown().optional(),
  validate: z.unknown().optional(),
});

const FILE = z.looseObject({ rules: z.array(RULE).min(1) });

/** @throws UsageError when the text is no TOML with rules. */
export function readForeignRules(toml: string): readonly ForeignRule[] {
  let value: unknown;
  try {
    value = parseToml(toml);
  } catch (cause) {
    throw new UsageError(
      `This is no TOML: ${cause instanceof Error ? cause.message.split("\n")[0] : "it cannot be read"}.`,
    );
  }
  const result = FILE.safeParse(value);
  if (result.success) return result.data.rules;
  throw new UsageError("This TOML has no [[rules]] as gitleaks and betterleaks write them.");
}

/** What of a rule gets lost, in sentences. */
export function listLosses(foreign: ForeignRule): readonly string[] {
  const lists = [foreign.allowlist, foreign.allowlists, foreign.filter];
  const hasAllows = lists.some((list) => list !== undefined);
  return [
    ...(hasAllows ? ["Its allow list is left out: it may report more."] : []),
    ...(foreign.path === undefined ? [] : ["It counts at every path, not at some only."]),
    ...(foreign.validate === undefined ? [] : ["Its validation is left out."]),
  ];
}
