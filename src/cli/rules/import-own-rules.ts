/** Converts the rules of gitleaks and betterleaks into `rules.own` of a configuration. */
import { stringify } from "yaml";
import { mayHoldKey } from "../../config/policy/key-like.ts";
import { OWN_RULES_MAX } from "../../config/policy/own-rule-form.ts";
import { parsePolicyFile } from "../../config/policy/parse.ts";
import { tryOwnRule } from "../../job/own/try-own-rule.ts";
import { rewriteRe2 } from "../../rules/import/from-re2.ts";
import { nameKeyGroup } from "../../rules/import/name-key-group.ts";
import { listSamples } from "../../rules/import/samples.ts";
import {
  type ForeignRule,
  type ImportedRules,
  listLosses,
  type RuleNote,
  readForeignRules,
} from "./foreign-rules.ts";
import { idOf } from "./import-rules.ts";

/** A rule as the configuration file has it. */
type Entry = Readonly<Record<string, unknown>>;

const PROVIDER = "own";

/** @throws UsageError when the text is no TOML with rules. */
export function importOwnRules(toml: string): ImportedRules {
  const entries: Entry[] = [];
  const refused: RuleNote[] = [];
  const notes: RuleNote[] = [];
  const ids = new Set<string>();
  for (const foreign of readForeignRules(toml)) {
    const { id } = foreign;
    try {
      if (entries.length >= OWN_RULES_MAX) throw new Error(`a file takes ${OWN_RULES_MAX} rules`);
      const { entry, texts } = convert(foreign);
      if (ids.has(idOf(id, PROVIDER))) throw new Error("another rule has this id");
      ids.add(idOf(id, PROVIDER));
      entries.push(entry);
      notes.push(...[...texts, ...listLosses(foreign)].map((text) => ({ id, text })));
    } catch (cause) {
      refused.push({ id, text: cause instanceof Error ? cause.message : String(cause) });
    }
  }
  const yaml = entries.length === 0 ? undefined : render(entries);
  return { yaml, importedCount: entries.length, refused, notes };
}

interface Converted {
  readonly entry: Entry;
  readonly texts: readonly string[];
}

/** Takes the first form that works: by its own text before keywords, with examples before none. */
function convert(foreign: ForeignRule): Converted {
  if (foreign.regex === undefined) {
    throw new Error("it looks at paths alone, which no rule here does");
  }
  const entry = {
    id: idOf(foreign.id, PROVIDER),
    name: nameOf(foreign),
    pattern: patternOf(foreign.regex, foreign.secretGroup ?? 0),
    lane: /generic/i.test(foreign.id) ? "generic" : "provider",
    severity: "high",
    ...(foreign.entropy !== undefined && { entropy: Math.round(foreign.entropy * 100) / 100 }),
  };
  const keywords = keywordsOf(foreign);
  const forms: readonly Converted[] = [
    { entry, texts: [] },
    ...(keywords.length > 0 ? [{ entry: { ...entry, keywords }, texts: [NEAR] }] : []),
  ];
  for (const form of forms) {
    if (findProblem(form.entry) !== undefined) continue;
    const examples = examplesOf(entry.pattern);
    const proven = { ...form.entry, examples };
    const holds = examples.length > 0 && findProblem(proven) === undefined;
    return holds ? { ...form, entry: proven } : form;
  }
  throw new Error(findProblem(forms.at(-1)?.entry ?? entry));
}

const NEAR = "One of its keywords has to stand within 2 KB of a match, not anywhere in the file.";
const NAME_CHARACTERS_MAX = 80;

function nameOf({ id, description = "" }: ForeignRule): string {
  const name = description.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim();
  return name.length < 3 || mayHoldKey(name) ? `Key ${id}` : name.slice(0, NAME_CHARACTERS_MAX);
}

/** Text before a name that is optional anyway finds nothing more and costs much. */
function patternOf(regex: string, group: number): string {
  const trimmed = regex.replace(/^(\(\?[a-z]+\))?\[\\w\.-\]\{0,\d+\}\??/, "$1");
  return group === 0 ? trimmed : nameKeyGroup(trimmed, group);
}

const KEYWORDS_MAX = 10;

/** None where one is too short to be looked for: the others alone would miss matches. */
function keywordsOf({ keywords = [] }: ForeignRule): readonly string[] {
  const isUsable = keywords.every((word) => /^[\x20-\x7e]{3,60}$/.test(word));
  return isUsable && keywords.length <= KEYWORDS_MAX ? keywords : [];
}

/** What a check would say of the rule; undefined when it counts. */
function findProblem(entry: Entry): string | undefined {
  const { policy, problems } = parsePolicyFile(render([entry]), "repository");
  const [source] = policy?.ownRules ?? [];
  return source === undefined ? problems[0]?.message : tryOwnRule(source).refusal;
}

const EXAMPLES_MAX = 2;

/** Made from the pattern, in surroundings in which patterns with borders find them too. */
function examplesOf(pattern: string): readonly string[] {
  try {
    const rewritten = rewriteRe2(pattern, 0);
    const { hits } = listSamples(rewritten.pattern, rewritten.ignoreCase);
    return hits.slice(0, EXAMPLES_MAX).map((hit) => `value: "${hit}" `);
  } catch {
    return [];
  }
}

function render(entries: readonly Entry[]): string {
  return stringify({ rules: { own: entries } }, { lineWidth: 0 });
}
